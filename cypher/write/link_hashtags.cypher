// link_hashtags: make a video's hashtags exactly those given.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['x1']}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
CALL (n, row) {
  MATCH (n)-[old:TAGGED]->(x:Hashtag)
  WHERE NOT x.name IN row.targets
  DELETE old
}
UNWIND row.targets AS target
MERGE (x:Hashtag {name: target})
MERGE (n)-[:TAGGED]->(x)
RETURN count(*) AS edges
