// put_about: write the topic of some videos; null: none.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1', topic: 't1'}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
OPTIONAL MATCH (v)-[old:ABOUT]->(:Topic)
DELETE old
WITH DISTINCT row, v
OPTIONAL MATCH (t:Topic {id: row.topic})
CALL (v, t) {
  WITH v, t
  WHERE t IS NOT NULL
  MERGE (v)-[:ABOUT]->(t)
}
RETURN count(*) AS videos
