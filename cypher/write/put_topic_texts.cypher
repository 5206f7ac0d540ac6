// put_topic_texts: overwrite what some topics are called, and nothing else of them.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 't1', texts: {name: '#dance', hashtags: ['dance'], words: ['dance']}}]}
UNWIND $rows AS row
MATCH (n:Topic {id: row.id})
SET n += row.texts
RETURN count(*) AS nodes
