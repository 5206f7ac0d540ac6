// link_mark_sounds: make the sounds that mark a challenge exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'c1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Challenge {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:MARKED_BY]->(x:Sound)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:Sound {id: target})
MERGE (n)-[:MARKED_BY]->(x)
RETURN count(*) AS edges
