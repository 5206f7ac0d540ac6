// drop_similar: remove some SIMILAR edges, a row a video with the ends to leave it for.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2']}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})-[old:SIMILAR]->(x:Video)
WHERE x.id IN row.targets
DELETE old
RETURN count(*) AS edges
