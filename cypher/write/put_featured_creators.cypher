// put_featured_creators: replace the FEATURED edges of some creators.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'x1', targets: [{id: 'v1', rank: 1, score: 0.5}]}]}
UNWIND $rows AS row
MATCH (x:User {id: row.id})
CALL (x) {
  MATCH (x)-[old:FEATURED]->(:Video)
  DELETE old
}
UNWIND row.targets AS target
MATCH (v:Video {id: target.id})
CREATE (x)-[:FEATURED {rank: target.rank, score: target.score}]->(v)
RETURN count(*) AS edges
