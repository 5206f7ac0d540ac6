// link_creators: make a video's creators, author and co-creators, exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: [{id: 'u1', role: 'author'}]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
CALL (v, row) {
  MATCH (v)<-[old:CREATED]-(x:User)
  WHERE NOT x.id IN [target IN row.targets | target.id]
  DELETE old
}
UNWIND row.targets AS target
MATCH (x:User {id: target.id})
MERGE (x)-[c:CREATED]->(v)
SET c.role = target.role, c.listed = target.listed
RETURN count(*) AS edges
