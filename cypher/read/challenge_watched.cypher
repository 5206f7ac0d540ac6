// challenge_watched: what those who joined a challenge watched of each other's videos in it, and when first; named as challenge_joins names them.
// params: userId STRING (null for nobody), id STRING, limit INTEGER
// returns: creator STRING, video STRING, at INTEGER (ascending)
// try: :param {userId: null, id: 'c1', limit: 10000}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, s, datetime({epochMillis: s.now}).year AS year, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
MATCH (c:Challenge {id: $id})
WHERE c.removedAt IS NULL AND NOT c:Unannounced
CALL (c) {
  MATCH (c)<-[:ANSWERS]-(v:Video)
  RETURN v
  UNION
  MATCH (c)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
  WHERE NOT coalesce(m.generic, false)
    AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
  RETURN v
  UNION
  // Or whose caption has its title: two words or more and eight characters, whole words, whatever their case.
  WITH toLower(normalize(trim(c.title), NFKC)) AS title
  WHERE size(title) >= 8 AND title CONTAINS ' '
  CALL db.index.fulltext.queryNodes('video_caption', '\u0022' + replace(replace(title, '\\', ' '), '\u0022', ' ') + '\u0022') YIELD node AS v
  WITH v, title
  WHERE v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
    AND toLower(normalize(v.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*'
  RETURN v
}
WITH u, year, ratings, v
WHERE v.createdAt IS NOT NULL
  AND coalesce(v.rating, 'unknown') IN ratings
  AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(y:User) WHERE y.removedAt IS NOT NULL
    OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(y) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (y)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
WITH year, collect(v) AS videos
UNWIND videos AS own
MATCH (own)<-[:CREATED]-(x:User)
WITH DISTINCT year, videos, x
MATCH (x)-[e:ENGAGED]->(v:Video)
WHERE v IN videos AND NOT EXISTS { MATCH (x)-[:CREATED]->(v) }
WITH x, e, v, coalesce((year - x.birthYear > 16 OR x.birthYear IS NULL AND x.kind IN ['brand', 'media', 'charity']) AND x.removedAt IS NULL AND NOT x:Unannounced AND NOT x:Anonymous, false) AS named,
  NOT EXISTS { MATCH (v)<-[:CREATED]-(y:User) WHERE NOT coalesce((year - y.birthYear > 16 OR y.birthYear IS NULL AND y.kind IN ['brand', 'media', 'charity']) AND y.removedAt IS NULL AND NOT y:Unannounced AND NOT y:Anonymous, false) } AS whole
RETURN CASE WHEN named THEN x.id ELSE 'withheld:' + elementId(x) END AS creator,
  CASE WHEN whole THEN v.id ELSE 'withheld:' + elementId(v) END AS video, e.firstAt AS at
ORDER BY at, creator, video
LIMIT $limit
