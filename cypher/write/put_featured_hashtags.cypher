// put_featured_hashtags: replace the FEATURED edges of some hashtags.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'x1', targets: [{id: 'v1', rank: 1, score: 0.5}]}]}
UNWIND $rows AS row
MATCH (x:Hashtag {name: row.id})
CALL (x) {
  MATCH (x)-[old:FEATURED]->(:Video)
  DELETE old
}
UNWIND row.targets AS target
MATCH (v:Video {id: target.id})
CREATE (x)-[:FEATURED {rank: target.rank, score: target.score}]->(v)
RETURN count(*) AS edges
