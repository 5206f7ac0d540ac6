// put_similar: write SIMILAR edges, a row a video with parallel lists; alike: true where nobody watched both, else null.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2'], ranks: [1], weights: [0.5], alike: [null]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
UNWIND range(0, size(row.targets) - 1) AS place
MATCH (x:Video {id: row.targets[place]})
CREATE (v)-[:SIMILAR {rank: row.ranks[place], weight: row.weights[place], alike: row.alike[place]}]->(x)
RETURN count(*) AS edges
