// challenge_joins: who joined a challenge with which video and when, oldest first. Creators under 16 or of unknown age have a name of the moment instead of their id, and so have their videos.
// params: userId STRING (null for nobody), id STRING, limit INTEGER
// returns: creator STRING, role STRING, video STRING, at INTEGER (ascending), country STRING, language STRING
// try: :param {userId: null, id: 'c1', limit: 1000}
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
MATCH (v)<-[r:CREATED]-(x:User)
WITH x, r, v, year, (year - x.birthYear > 16 OR x.birthYear IS NULL AND x.kind IN ['brand', 'media', 'charity']) AND x.removedAt IS NULL AND NOT x:Unannounced AND NOT x:Anonymous AS named
WITH x, r, v, coalesce(named, false) AS named,
  NOT EXISTS { MATCH (v)<-[:CREATED]-(y:User) WHERE NOT coalesce((year - y.birthYear > 16 OR y.birthYear IS NULL AND y.kind IN ['brand', 'media', 'charity']) AND y.removedAt IS NULL AND NOT y:Unannounced AND NOT y:Anonymous, false) } AS whole
RETURN CASE WHEN named THEN x.id ELSE 'withheld:' + elementId(x) END AS creator, r.role AS role,
  CASE WHEN whole THEN v.id ELSE 'withheld:' + elementId(v) END AS video, v.createdAt AS at,
  CASE WHEN named THEN x.country END AS country, CASE WHEN named THEN head(x.languages) END AS language
ORDER BY at, video, creator
LIMIT $limit
