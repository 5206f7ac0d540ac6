// challenges_for: running challenges that a person has not joined, best first, over what is similar to what she likes, whom she follows and what moves. One that a brand sponsors is proposed to nobody under 16 or of unknown age.
// params: userId STRING, limit INTEGER
// returns: challengeId STRING, title STRING, score FLOAT (descending), parts MAP, videos LIST<STRING>
// try: :param {userId: 'u1', limit: 10}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, s, datetime({epochMillis: s.now}).year AS year, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
WITH u, s, year, ratings
WHERE u IS NOT NULL AND u.removedAt IS NULL
CALL (u, s) {
  CALL (u) {
    MATCH (u)-[e:ENGAGED]->(i:Video)
    WHERE e.points > 0
    WITH i, e
    ORDER BY e.lastAt DESC, i.id
    LIMIT 100
    WITH collect({video: i, points: e.points}) AS seeds, sum(e.points) AS total
    UNWIND seeds AS seed
    WITH seed.video AS i, seed.points / total AS share
    CALL (i) {
      RETURN i AS v, 1.0 AS weight
      UNION ALL
      MATCH (i)-[n:SIMILAR]->(v:Video)
      WHERE n.rank <= 10
      RETURN v, n.weight AS weight
    }
    MATCH (v)-[:ANSWERS]->(c:Challenge)
    RETURN c, 'similar' AS source, sum(share * weight) AS raw
    ORDER BY raw DESC, c.id
    LIMIT 50
    UNION ALL
    MATCH (u)-[f:FOLLOWS]->(x:User)
    WHERE f.at >= coalesce(f.until, f.at)
    WITH x, f
    ORDER BY f.at DESC, x.id
    LIMIT 200
    MATCH (x)-[:CREATED]->(:Video)-[:ANSWERS]->(c:Challenge)
    RETURN c, 'followed' AS source, toFloat(count(DISTINCT x)) AS raw
    ORDER BY raw DESC, c.id
    LIMIT 50
    UNION ALL
    MATCH (t:Trend)
    WHERE t.kind = 'challenge' AND t.country = 'ZZ' AND t.language = 'und' AND t.hours = 24 AND t.rank <= 50
    MATCH (c:Challenge {id: t.entity})
    RETURN c, 'trending' AS source, t.score AS raw
    ORDER BY raw DESC, c.id
    LIMIT 50
  }
  WITH s, c, source, raw
  WHERE c.removedAt IS NULL
    AND NOT c:Unannounced
    AND coalesce(c.startsAt, s.now) <= s.now AND coalesce(c.endsAt, s.now) >= s.now
  WITH source, max(raw) AS top, collect({challenge: c, raw: raw}) AS rows
  UNWIND rows AS row
  WITH row.challenge AS c, source, row.raw / top AS part
  RETURN c, sum(part) AS score,
    sum(CASE source WHEN 'similar' THEN part ELSE 0.0 END) AS similar,
    sum(CASE source WHEN 'followed' THEN part ELSE 0.0 END) AS followed,
    sum(CASE source WHEN 'trending' THEN part ELSE 0.0 END) AS trending
}
WITH u, s, year, ratings, c, score, similar, followed, trending
WHERE NOT EXISTS { MATCH (u)-[:CREATED]->(:Video)-[:ANSWERS]->(c) }
  AND (coalesce(year - u.birthYear > 16 AND NOT u:Anonymous, false) OR NOT EXISTS { MATCH (:User)-[:SPONSORS]->(c) })
  AND coalesce(COLLECT { MATCH (w:Review {kind: 'challenge', entity: c.id}) RETURN w.approved }[0], NOT coalesce(s.review, false))
  AND NOT EXISTS { MATCH (c)<-[:LAUNCHED|SPONSORS]-(x:User)
    WHERE EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(x) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (x)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
CALL (u, ratings, c) {
  MATCH (c)-[f:FEATURED]->(v:Video)
  WHERE coalesce(v.rating, 'unknown') IN ratings
    AND v.removedAt IS NULL
    AND NOT v:Unannounced
    AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
    AND NOT EXISTS { MATCH (v)<-[:CREATED]-(y:User) WHERE y.removedAt IS NOT NULL
      OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(y) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (y)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
  WITH v, f
  ORDER BY f.rank, v.id
  LIMIT 3
  RETURN collect(v.id) AS videos
}
WITH c, score, similar, followed, trending, videos
WHERE size(videos) > 0
RETURN c.id AS challengeId, coalesce(c.title, c.id) AS title, score,
  {similar: similar, followed: followed, trending: trending} AS parts, videos
ORDER BY score DESC, challengeId
LIMIT $limit
