// set_similar: new ranks and weights of SIMILAR edges that are there, a row a video with parallel lists; alike: true where nobody watched both, else null.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2'], ranks: [1], weights: [0.5], alike: [null]}]}
UNWIND $rows AS row
// The ends as nodes: comparing nodes reads no property of a video's other neighbours.
CALL (row) {
  UNWIND range(0, size(row.targets) - 1) AS place
  MATCH (x:Video {id: row.targets[place]})
  RETURN collect(x) AS ends, collect(place) AS places
}
MATCH (:Video {id: row.id})-[s:SIMILAR]->(x:Video)
WHERE x IN ends
WITH s, row, [k IN range(0, size(ends) - 1) WHERE ends[k] = x | places[k]][0] AS place
SET s.rank = row.ranks[place], s.weight = row.weights[place], s.alike = row.alike[place]
RETURN count(*) AS edges
