// put_families: write the words of some hashtags, and of which one each is another spelling (null: of none).
// params: rows LIST<MAP>
// returns: tags INTEGER
// try: :param {rows: [{name: 'danse', words: ['danse'], head: 'dance', by: 'hashtag-words-1'}]}
UNWIND $rows AS row
MATCH (h:Hashtag {name: row.name})
SET h.words = row.words, h.wordsBy = row.by
WITH row, h
OPTIONAL MATCH (h)-[old:SPELLS]->(:Hashtag)
DELETE old
WITH DISTINCT row, h
OPTIONAL MATCH (x:Hashtag {name: row.head})
CALL (row, h, x) {
  WITH row, h, x
  WHERE x IS NOT NULL
  MERGE (h)-[s:SPELLS]->(x)
  SET s.by = row.by
}
RETURN count(*) AS tags
