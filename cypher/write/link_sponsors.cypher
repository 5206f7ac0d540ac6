// link_sponsors: make the sponsors of a challenge exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'c1', targets: ['u1']}]}
UNWIND $rows AS row
MATCH (n:Challenge {id: row.id})
CALL (n, row) {
  MATCH (n)<-[old:SPONSORS]-(x:User)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MATCH (x:User {id: target})
MERGE (x)-[:SPONSORS]->(n)
RETURN count(*) AS edges
