// put_featured_creators: replace the FEATURED edges of some creators; lists in order of rank.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'x1', targets: ['v1'], scores: [0.5]}]}
UNWIND $rows AS row
MATCH (x:User {id: row.id})
CALL (x) {
  MATCH (x)-[old:FEATURED]->(:Video)
  DELETE old
}
UNWIND range(0, size(row.targets) - 1) AS place
MATCH (v:Video {id: row.targets[place]})
CREATE (x)-[:FEATURED {rank: place + 1, score: row.scores[place]}]->(v)
RETURN count(*) AS edges
