// put_media_texts: overwrite texts that were read and heard in some videos, and forget of which caption they are.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'v1', texts: {screenText: ['one'], words: ['one'], wordCounts: [1]}}]}
UNWIND $rows AS row
MATCH (n:Media {id: row.id})
SET n += row.texts, n.textOf = null
RETURN count(*) AS nodes
