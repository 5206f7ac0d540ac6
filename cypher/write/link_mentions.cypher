// link_mentions: make a video's mentions exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:MENTIONS]->(x:User)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:User {id: target})
MERGE (n)-[:MENTIONS]->(x)
RETURN count(*) AS edges
