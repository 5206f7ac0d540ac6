// creators_for: creators who fit a challenge or a brand, best first: whose videos lie near its own, how often they are viewed, how viewers react, and how many of them it has reached already. Nobody who joined the challenge, under 16 or of unknown age, nobody removed, blocked or restricted.
// params: challengeId STRING (null where userId is given), userId STRING (null where challengeId is given: a brand), limit INTEGER
// returns: userId STRING, score FLOAT (descending), fit FLOAT, views INTEGER, pointsPerViewer FLOAT, overlap FLOAT
// try: :param {challengeId: 'c1', userId: null, limit: 20}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (c:Challenge {id: $challengeId})
OPTIONAL MATCH (u:User {id: $userId})
WITH c, u, datetime({epochMillis: s.now}).year AS year
WHERE (c IS NOT NULL AND c.removedAt IS NULL AND NOT c:Unannounced) OR (u IS NOT NULL AND u.removedAt IS NULL)
CALL (c, u) {
  CALL (c, u) {
    MATCH (u)-[:CREATED]->(v:Video)
    RETURN v
    UNION
    WITH [c] + COLLECT { MATCH (u)-[:SPONSORS]->(x:Challenge) RETURN x } AS asked
    UNWIND asked AS x
    CALL (x) {
      MATCH (x)<-[:ANSWERS]-(v:Video)
      RETURN v
      UNION
      MATCH (x)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
      WHERE NOT coalesce(m.generic, false)
        AND v.createdAt >= coalesce(x.startsAt, v.createdAt) AND v.createdAt <= coalesce(x.endsAt, v.createdAt)
      RETURN v
      UNION
      // Or whose caption has its title: two words or more and eight characters, whole words, whatever their case.
      WITH toLower(normalize(trim(x.title), NFKC)) AS title
      WHERE size(title) >= 8 AND title CONTAINS ' '
      CALL db.index.fulltext.queryNodes('video_caption', '\u0022' + replace(replace(title, '\\', ' '), '\u0022', ' ') + '\u0022') YIELD node AS v
      WITH v, title
      WHERE v.createdAt >= coalesce(x.startsAt, v.createdAt) AND v.createdAt <= coalesce(x.endsAt, v.createdAt)
        AND toLower(normalize(v.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*'
      RETURN v
    }
    RETURN v
  }
  WITH v
  WHERE v.removedAt IS NULL AND NOT v:Unannounced
  ORDER BY coalesce(v.prior, 0.0) DESC, v.id
  LIMIT 200
  RETURN collect(v) AS base
}
CALL (c, u, base) {
  MATCH (c)<-[:LAUNCHED|SPONSORS]-(x:User)
  RETURN collect(x) AS backers
}
WITH c, year, base, backers + CASE WHEN u IS NULL THEN [] ELSE [u] END AS backers, toLower(normalize(trim(c.title), NFKC)) AS title,
  COLLECT { MATCH (c)-[:MARKED_BY]->(m) WHERE NOT coalesce(m.generic, false) RETURN m } AS marks
CALL (c, title, marks, year, base, backers) {
  UNWIND base AS i
  CALL (i) {
    RETURN i AS v, 1.0 AS weight
    UNION ALL
    MATCH (i)-[n:SIMILAR]->(v:Video)
    WHERE n.rank <= 20
    RETURN v, n.weight AS weight
  }
  WITH c, title, marks, year, backers, v, sum(weight) AS near
  WHERE v.removedAt IS NULL AND NOT v:Unannounced
  MATCH (v)<-[:CREATED]-(x:User)
  WHERE year - x.birthYear > 16
    AND x.removedAt IS NULL
    AND NOT x:Unannounced AND NOT x:Anonymous
    AND NOT coalesce(x.restricted, false)
    AND NOT coalesce(x.kind, 'person') IN ['brand', 'media', 'charity']
    AND NOT x IN backers
    AND NOT EXISTS { MATCH (x)-[b:BLOCKS]-(y:User) WHERE y IN backers AND b.at >= coalesce(b.until, b.at) }
  WITH c, title, marks, x, sum(near) AS near
  WHERE c IS NULL OR NOT EXISTS { MATCH (x)-[:CREATED]->(w:Video)
    WHERE EXISTS { MATCH (w)-[:ANSWERS]->(c) }
      OR EXISTS { MATCH (w)-[:TAGGED|USES]->(m) WHERE m IN marks }
        AND w.createdAt >= coalesce(c.startsAt, w.createdAt) AND w.createdAt <= coalesce(c.endsAt, w.createdAt)
      OR size(title) >= 8 AND title CONTAINS ' '
        AND w.createdAt >= coalesce(c.startsAt, w.createdAt) AND w.createdAt <= coalesce(c.endsAt, w.createdAt)
        AND toLower(normalize(w.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*' }
  WITH x, near
  ORDER BY near DESC, x.id
  LIMIT 200
  RETURN x, near
}
WITH base, collect({user: x, near: near}) AS rows, max(near) AS top
UNWIND rows AS row
WITH base, row.user AS x, row.near / top AS fit
CALL (x) {
  MATCH (x)-[:CREATED]->(v:Video)
  WHERE v.removedAt IS NULL AND NOT v:Unannounced
  RETURN toInteger(sum(coalesce(v.viewers, 0))) AS views,
    CASE WHEN sum(coalesce(v.viewers, 0)) = 0 THEN 0.0
      ELSE sum(coalesce(v.score, 0.0) * coalesce(v.viewers, 0)) / sum(coalesce(v.viewers, 0)) END AS pointsPerViewer
}
WITH base, x, fit, views, pointsPerViewer, fit * log(1.0 + views) * (1.0 + pointsPerViewer) AS score
ORDER BY score DESC, x.id
LIMIT $limit
CALL (base, x) {
  MATCH (x)-[:CREATED]->(:Video)<-[:ENGAGED]-(w:User)
  WITH w, count(*) AS times
  // Sorted whole and cut behind a condition: a cut at once would be a Top, which counts the lists around each row it keeps (decision 0034).
  ORDER BY times DESC, w.id
  WITH w, times
  WHERE times > 0
  WITH w, times
  ORDER BY times DESC, w.id
  LIMIT 20000
  RETURN count(w) AS people,
    count(CASE WHEN EXISTS { MATCH (w)-[:ENGAGED]->(i:Video) WHERE i IN base } THEN 1 END) AS reached
}
RETURN x.id AS userId, score, fit, views, pointsPerViewer,
  CASE WHEN people = 0 THEN 0.0 ELSE toFloat(reached) / people END AS overlap
ORDER BY score DESC, userId
