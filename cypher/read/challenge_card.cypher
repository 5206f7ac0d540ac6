// challenge_card: one challenge as a viewer or nobody in particular may see it: what it asks, who stands behind it, and how much came of it. Launchers under 16 or of unknown age are not named.
// params: userId STRING (null for nobody), id STRING
// returns: id STRING, title STRING, description STRING, rules STRING, charity BOOLEAN, startsAt INTEGER, endsAt INTEGER, hashtags LIST<STRING>, soundIds LIST<STRING>, launchedBy STRING, sponsoredBy LIST<STRING>, videos INTEGER, creators INTEGER, pairs INTEGER, points FLOAT, top LIST<STRING>
// try: :param {userId: null, id: 'c1'}
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
CALL (c, u, ratings) {
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
  WITH v, u, ratings
  WHERE coalesce(v.rating, 'unknown') IN ratings
    AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
    AND v.removedAt IS NULL
    AND NOT v:Unannounced
    AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
    AND NOT EXISTS { MATCH (v)<-[:CREATED]-(y:User) WHERE y.removedAt IS NOT NULL
      OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(y) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (y)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
  WITH v
  ORDER BY coalesce(v.prior, 0.0) DESC, v.id
  RETURN collect(v) AS found
}
WITH c, u, year, found
RETURN c.id AS id, c.title AS title, c.description AS description, c.rules AS rules, coalesce(c.charity, false) AS charity,
  c.startsAt AS startsAt, c.endsAt AS endsAt,
  COLLECT { MATCH (c)-[:MARKED_BY]->(x:Hashtag) RETURN x.name ORDER BY x.name } AS hashtags,
  COLLECT { MATCH (c)-[:MARKED_BY]->(x:Sound) RETURN x.id ORDER BY x.id } AS soundIds,
  head(COLLECT { MATCH (c)<-[:LAUNCHED]-(x:User) WHERE (year - x.birthYear > 16 OR x.birthYear IS NULL AND x.kind IN ['brand', 'media', 'charity']) AND x.removedAt IS NULL AND NOT x:Unannounced AND NOT x:Anonymous
    AND NOT EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(x) WHERE b.at >= coalesce(b.until, b.at) }
    AND NOT EXISTS { MATCH (x)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } RETURN x.id ORDER BY x.id }) AS launchedBy,
  COLLECT { MATCH (c)<-[:SPONSORS]-(x:User) WHERE (year - x.birthYear > 16 OR x.birthYear IS NULL AND x.kind IN ['brand', 'media', 'charity']) AND x.removedAt IS NULL AND NOT x:Unannounced AND NOT x:Anonymous
    AND NOT EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(x) WHERE b.at >= coalesce(b.until, b.at) }
    AND NOT EXISTS { MATCH (x)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } RETURN x.id ORDER BY x.id } AS sponsoredBy,
  size(found) AS videos,
  COUNT { UNWIND found AS v MATCH (v)<-[:CREATED]-(x:User) RETURN DISTINCT x } AS creators,
  COUNT { UNWIND found AS v MATCH (v)<-[:ENGAGED]-(:User) RETURN v } AS pairs,
  toFloat(reduce(total = 0.0, points IN COLLECT { UNWIND found AS v MATCH (v)<-[e:ENGAGED]-(:User) RETURN e.points } | total + points)) AS points,
  [v IN found[..10] | v.id] AS top
