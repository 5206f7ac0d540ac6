// link_launcher: make the user who launched a challenge (a list of one or none) exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'c1', targets: ['u1']}]}
UNWIND $rows AS row
MATCH (n:Challenge {id: row.id})
CALL (n, row) {
  MATCH (n)<-[old:LAUNCHED]-(x:User)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MATCH (x:User {id: target})
MERGE (x)-[:LAUNCHED]->(n)
RETURN count(*) AS edges
