// night_similar: the stored SIMILAR edges, a row a video with parallel lists; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: videoId STRING, targets LIST<STRING>, ranks LIST<INTEGER>, weights LIST<FLOAT>
// try: :param {after: '', limit: 100}
MATCH (v:Video)
WHERE v.id > $after
  AND EXISTS { (v)-[:SIMILAR]->() }
WITH v
ORDER BY v.id
LIMIT $limit
CALL (v) {
  MATCH (v)-[s:SIMILAR]->(x:Video)
  RETURN collect(x.id) AS targets, collect(s.rank) AS ranks, collect(s.weight) AS weights
}
RETURN v.id AS videoId, targets, ranks, weights
ORDER BY videoId
