// merge_hides_hashtag: join hides and unhides of hashtags into HIDES edges; the latest time of each side stays, so order and repetition leave no trace.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{userId: 'u1', targetId: 'x1', at: 1767225600000, until: null}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MERGE (x:Hashtag {name: row.targetId})
MERGE (u)-[r:HIDES]->(x)
SET r.at = CASE WHEN r.at >= row.at THEN r.at ELSE coalesce(row.at, r.at) END
SET r.until = CASE WHEN r.until >= row.until THEN r.until ELSE coalesce(row.until, r.until) END
RETURN count(*) AS edges
