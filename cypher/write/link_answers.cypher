// link_answers: make the challenges that a video answers exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:ANSWERS]->(x:Challenge)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:Challenge {id: target})
MERGE (n)-[:ANSWERS]->(x)
RETURN count(*) AS edges
