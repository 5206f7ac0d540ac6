// night_similar: the stored SIMILAR edges, a row a video with parallel lists; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: videoId STRING, targets LIST<STRING>, ranks LIST<INTEGER>, weights LIST<FLOAT>, alike LIST<STRING> (those of the targets that nobody watched beside it)
// try: :param {after: '', limit: 100}
MATCH (v:Video)
WHERE v.id > $after
  AND EXISTS { (v)-[:SIMILAR]->() }
WITH v
ORDER BY v.id
LIMIT $limit
CALL (v) {
  MATCH (v)-[s:SIMILAR]->(x:Video)
  RETURN collect(x.id) AS targets, collect(s.rank) AS ranks, collect(s.weight) AS weights,
    collect(CASE WHEN s.alike THEN x.id END) AS alike
}
RETURN v.id AS videoId, targets, ranks, weights, alike
ORDER BY videoId
