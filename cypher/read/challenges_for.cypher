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
    CALL (u) {
      MATCH (u)-[e:ENGAGED]->(i:Video)
      WHERE e.points > 0
      WITH u, i, e
      ORDER BY e.lastAt DESC, i.id
      LIMIT 100
      WITH u, collect({video: i, points: e.points}) AS seeds, sum(e.points) AS total
      UNWIND seeds AS seed
      WITH u, seed.video AS i, seed.points / total AS share
      CALL (i) {
        RETURN i AS v, 1.0 AS weight
        UNION ALL
        MATCH (i)-[n:SIMILAR]->(v:Video)
        WHERE n.rank <= 10
        RETURN v, n.weight AS weight
      }
      RETURN v, 'similar' AS source, u AS by, share * weight AS pull
      UNION ALL
      MATCH (u)-[f:FOLLOWS]->(x:User)
      WHERE f.at >= coalesce(f.until, f.at)
      WITH x, f
      ORDER BY f.at DESC, x.id
      LIMIT 200
      MATCH (x)-[:CREATED]->(v:Video)
      RETURN v, 'followed' AS source, x AS by, 1.0 AS pull
    }
    CALL (v) {
      MATCH (v)-[:ANSWERS]->(c:Challenge)
      RETURN c
      UNION
      MATCH (v)-[:TAGGED|USES]->(m)<-[:MARKED_BY]-(c:Challenge)
      WHERE NOT coalesce(m.generic, false)
        AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
      RETURN c
      UNION
      // Whose caption has the title is looked for by the night: its best are in the challenge's list.
      MATCH (v)<-[:FEATURED]-(c:Challenge)
      RETURN c
    }
    WITH c, source, by, sum(pull) AS pull
    RETURN c, source, sum(CASE source WHEN 'followed' THEN 1.0 ELSE pull END) AS raw
    UNION ALL
    MATCH (t:Trend)
    WHERE t.kind = 'challenge' AND t.country = 'ZZ' AND t.language = 'und' AND t.hours = 24 AND t.rank <= 50
    MATCH (c:Challenge {id: t.entity})
    RETURN c, 'trending' AS source, t.score AS raw
  }
  WITH s, c, source, raw
  WHERE c.removedAt IS NULL
    AND NOT c:Unannounced
    AND coalesce(c.startsAt, s.now) <= s.now AND coalesce(c.endsAt, s.now) >= s.now
  ORDER BY raw DESC, c.id
  WITH source, max(raw) AS top, collect({challenge: c, raw: raw})[..50] AS rows
  UNWIND rows AS row
  WITH row.challenge AS c, source, row.raw / top AS part
  RETURN c, sum(part) AS score,
    sum(CASE source WHEN 'similar' THEN part ELSE 0.0 END) AS similar,
    sum(CASE source WHEN 'followed' THEN part ELSE 0.0 END) AS followed,
    sum(CASE source WHEN 'trending' THEN part ELSE 0.0 END) AS trending
}
WITH u, s, year, ratings, c, score, similar, followed, trending, toLower(normalize(trim(c.title), NFKC)) AS title,
  COLLECT { MATCH (c)-[:MARKED_BY]->(m) WHERE NOT coalesce(m.generic, false) RETURN m } AS marks
WHERE NOT EXISTS { MATCH (u)-[:CREATED]->(w:Video)
    WHERE EXISTS { MATCH (w)-[:ANSWERS]->(c) }
      OR EXISTS { MATCH (w)-[:TAGGED|USES]->(m) WHERE m IN marks }
        AND w.createdAt >= coalesce(c.startsAt, w.createdAt) AND w.createdAt <= coalesce(c.endsAt, w.createdAt)
      OR size(title) >= 8 AND title CONTAINS ' '
        AND w.createdAt >= coalesce(c.startsAt, w.createdAt) AND w.createdAt <= coalesce(c.endsAt, w.createdAt)
        AND toLower(normalize(w.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*' }
  AND (coalesce(year - u.birthYear > 16 AND NOT u:Anonymous, false) OR NOT EXISTS { MATCH (:User)-[:SPONSORS]->(c) })
  AND coalesce(COLLECT { MATCH (w:Review {kind: 'challenge', entity: c.id}) RETURN w.approved }[0], NOT coalesce(s.review, false))
  AND NOT EXISTS { MATCH (c)<-[:LAUNCHED|SPONSORS]-(x:User)
    WHERE EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(x) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (x)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
CALL (u, ratings, c) {
  MATCH (c)-[f:FEATURED]->(v:Video)
  WHERE coalesce(v.rating, 'unknown') IN ratings
    AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
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
