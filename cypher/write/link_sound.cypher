// link_sound: make a video's sound (a list of one or none) exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:USES]->(x:Sound)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:Sound {id: target})
MERGE (n)-[:USES]->(x)
RETURN count(*) AS edges
