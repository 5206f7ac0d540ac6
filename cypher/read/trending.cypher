// trending: what moves in a country ('ZZ' for the world) within a window of hours, best first, with the numbers that made it trend.
// params: userId STRING (null for nobody), kind STRING (challenge, hashtag, sound or video), country STRING, hours INTEGER, limit INTEGER
// returns: kind STRING, id STRING, name STRING, score FLOAT (descending), observed INTEGER, expected FLOAT, factor FLOAT, since INTEGER, hours INTEGER, country STRING, series LIST<INTEGER>, videos LIST<STRING>
// try: :param {userId: null, kind: 'challenge', country: 'ZZ', hours: 24, limit: 10}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
MATCH (t:Trend)
WHERE t.kind = $kind AND t.country = $country AND t.hours = $hours AND t.rank IS NOT NULL
CALL (t) {
  WITH t
  WHERE t.kind = 'challenge'
  MATCH (x:Challenge {id: t.entity})
  WHERE x.removedAt IS NULL AND NOT x:Unannounced
  RETURN x, coalesce(x.title, x.id) AS name
  UNION
  WITH t
  WHERE t.kind = 'hashtag'
  MATCH (x:Hashtag {name: t.entity})
  WHERE NOT coalesce(x.generic, false)
  RETURN x, x.name AS name
  UNION
  WITH t
  WHERE t.kind = 'sound'
  MATCH (x:Sound {id: t.entity})
  RETURN x, coalesce(x.title, x.id) AS name
  UNION
  WITH t
  WHERE t.kind = 'video'
  MATCH (x:Video {id: t.entity})
  WHERE NOT x:Unannounced
  RETURN x, coalesce(x.caption, x.id) AS name
}
CALL (u, ratings, t, x) {
  OPTIONAL MATCH (x)-[f:FEATURED]->(w:Video)
  WITH u, ratings, x, f, CASE WHEN x:Video THEN x ELSE w END AS v
  WHERE v IS NOT NULL
    AND coalesce(v.rating, 'unknown') IN ratings
    AND v.removedAt IS NULL
    AND NOT v:Unannounced
    AND NOT EXISTS { MATCH (u)-[h:HIDES]->(v) WHERE h.at >= coalesce(h.until, h.at) }
    AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
      OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES]->(c) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
  WITH v, f
  ORDER BY f.rank, v.id
  LIMIT 3
  RETURN collect(v.id) AS videos
}
WITH t, x, name, videos
WHERE size(videos) > 0 OR NOT x:Video
RETURN t.kind AS kind, t.entity AS id, name, t.score AS score, t.observed AS observed, t.expected AS expected,
  t.factor AS factor, t.since AS since, t.hours AS hours, t.country AS country, t.series AS series, videos
ORDER BY score DESC, id
LIMIT $limit
