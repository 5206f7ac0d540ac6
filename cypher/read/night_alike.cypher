// night_alike: the stored ALIKE edges, a row a video with parallel lists.
// params: none
// returns: videoId STRING, targets LIST<STRING>, ranks LIST<INTEGER>, weights LIST<FLOAT>, by LIST<STRING> (what found them)
// try: :param {}
MATCH (v:Video)-[s:ALIKE]->(x:Video)
RETURN v.id AS videoId, collect(x.id) AS targets, collect(s.rank) AS ranks, collect(s.weight) AS weights,
  collect(DISTINCT coalesce(s.by, '')) AS by
