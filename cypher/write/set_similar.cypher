// set_similar: new ranks and weights of SIMILAR edges that are there, a row a video with parallel lists; alike: true where nobody watched both, else null.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2'], ranks: [1], weights: [0.5], alike: [null]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})-[s:SIMILAR]->(x:Video)
WITH s, row, [place IN range(0, size(row.targets) - 1) WHERE row.targets[place] = x.id][0] AS place
WHERE place IS NOT NULL
SET s.rank = row.ranks[place], s.weight = row.weights[place], s.alike = row.alike[place]
RETURN count(*) AS edges
