// night_similar: the stored SIMILAR edges, a row a video with parallel lists.
// params: none
// returns: videoId STRING, targets LIST<STRING>, ranks LIST<INTEGER>, weights LIST<FLOAT>
// try: :param {}
MATCH (v:Video)
WHERE EXISTS { (v)-[:SIMILAR]->() }
CALL (v) {
  MATCH (v)-[s:SIMILAR]->(x:Video)
  RETURN collect(x.id) AS targets, collect(s.rank) AS ranks, collect(s.weight) AS weights
}
RETURN v.id AS videoId, targets, ranks, weights
