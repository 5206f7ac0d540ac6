// put_alike: replace the ALIKE edges (neighbours by content) that leave some videos, a row a video with parallel lists.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2'], ranks: [1], weights: [0.5], by: 'content-1'}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
OPTIONAL MATCH (v)-[old:ALIKE]->(:Video)
DELETE old
WITH DISTINCT row, v
UNWIND range(0, size(row.targets) - 1) AS place
MATCH (x:Video {id: row.targets[place]})
CREATE (v)-[:ALIKE {rank: row.ranks[place], weight: row.weights[place], by: row.by}]->(x)
RETURN count(*) AS edges
