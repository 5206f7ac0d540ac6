// put_similar: replace the SIMILAR edges of some videos.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: [{id: 'v2', rank: 1, weight: 0.5}]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
CALL (v) {
  MATCH (v)-[old:SIMILAR]->(:Video)
  DELETE old
}
UNWIND row.targets AS target
MATCH (x:Video {id: target.id})
CREATE (v)-[:SIMILAR {rank: target.rank, weight: target.weight}]->(x)
RETURN count(*) AS edges
