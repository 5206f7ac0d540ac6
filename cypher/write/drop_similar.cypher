// drop_similar: remove some SIMILAR edges, a row a video with the ends to leave it for.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2']}]}
UNWIND $rows AS row
CALL (row) {
  UNWIND row.targets AS target
  MATCH (x:Video {id: target})
  RETURN collect(x) AS ends
}
MATCH (:Video {id: row.id})-[old:SIMILAR]->(x:Video)
WHERE x IN ends
DELETE old
RETURN count(*) AS edges
