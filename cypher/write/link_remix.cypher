// link_remix: make the video that a video remixes (a list of one or none) exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:REMIXES]->(x:Video)
  WHERE NOT x.id IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:Video {id: target})
MERGE (n)-[:REMIXES]->(x)
RETURN count(*) AS edges
