// audience: whom some videos may be shown to as part of their waves: people near what a video carries and resembles, people like those who engaged, and those of the drawn whom it suits; no fans, no creators, nobody whose account is younger than fresh, nobody who saw it.
// params: rows LIST<MAP>, fresh INTEGER, limit INTEGER, wide INTEGER (of creators with more followers the candidates are asked one by one)
// returns: videoId STRING, affinity LIST<STRING> (nearest first), likeness LIST<STRING> (nearest first), random LIST<STRING>
// try: :param {rows: [{id: 'v1', drawn: ['u1', 'u2']}], fresh: 1766620800000, limit: 200, wide: 5000}
MATCH (s:Settings {id: 'contentgraph'})
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
WHERE v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL }
// As lists, because a look-up in a list is many times cheaper than a pattern a candidate; its own are few. Of creators with many followers the candidates are asked.
WITH s, row, v, COLLECT { MATCH (v)<-[:ENGAGED|SAW|SHOWN|ASSIGNED|CREATED]-(u:User) RETURN u }
    + COLLECT { MATCH (v)<-[h:HIDES|REPORTED]-(u:User) WHERE h.at >= coalesce(h.until, h.at) RETURN u }
    + COLLECT { MATCH (v)<-[:CREATED]-(:User)-[b:BLOCKS]->(u:User) WHERE b.at >= coalesce(b.until, b.at) RETURN u }
    + COLLECT {
      MATCH (v)<-[:CREATED]-(c:User)
      WHERE COUNT { (c)<-[:FOLLOWS]-() } <= $wide
      MATCH (c)<-[b:BLOCKS|HIDES|REPORTED|FOLLOWS]-(u:User)
      WHERE b.at >= coalesce(b.until, b.at)
      RETURN u
    } AS barred,
  COLLECT { MATCH (v)<-[:CREATED]-(c:User) WHERE COUNT { (c)<-[:FOLLOWS]-() } > $wide RETURN c } AS stars
// Forty videos near it at most, none with more than 500 viewers: what everybody watched says little, and is no bounded walk.
CALL (v) {
  CALL (v) {
    MATCH (v)-[n:SIMILAR]->(w:Video)
    WHERE n.rank <= 20
    RETURN w, n.weight AS pull
    UNION ALL
    MATCH (v)-[:USES|TAGGED|ANSWERS]->(x)
    WHERE NOT coalesce(x.generic, false)
    MATCH (x)-[f:FEATURED]->(w:Video)
    WHERE f.rank <= 20
    RETURN w, f.score AS pull
  }
  WITH v, w, sum(pull) AS pull
  WHERE w <> v
    AND coalesce(w.viewers, 0) <= 500
  ORDER BY pull DESC, w.id
  LIMIT 40
  RETURN collect({video: w, pull: pull}) AS near
}
CALL (near) {
  UNWIND near AS one
  WITH one.video AS w, one.pull AS pull
  MATCH (u:User)-[e:ENGAGED]->(w)
  WHERE e.points > 0
  WITH u, sum(pull * e.points) AS weight
  ORDER BY weight DESC, u.id
  LIMIT $limit
  RETURN collect(u) AS affinity
}
// Twenty who engaged with it, five videos of each.
CALL (v) {
  MATCH (a:User)-[e:ENGAGED]->(v)
  WHERE e.points > 0
  WITH v, a, e
  ORDER BY e.points DESC, a.id
  LIMIT 20
  CALL (v, a) {
    MATCH (a)-[e:ENGAGED]->(w:Video)
    WHERE w <> v
      AND e.points > 0
      AND coalesce(w.viewers, 0) <= 500
    WITH w, e
    ORDER BY e.lastAt DESC, w.id
    LIMIT 5
    RETURN w, e.points AS pull
  }
  WITH w, sum(pull) AS pull
  MATCH (u:User)-[e:ENGAGED]->(w)
  WHERE e.points > 0
  WITH u, sum(pull * e.points) AS weight
  ORDER BY weight DESC, u.id
  LIMIT $limit
  RETURN collect(u) AS likeness
}
CALL (row) {
  UNWIND row.drawn AS id
  MATCH (u:User {id: id})
  RETURN collect(u) AS drawn
}
CALL (s, v, barred, stars, affinity, likeness, drawn) {
  UNWIND [{source: 'affinity', people: affinity}, {source: 'likeness', people: likeness}, {source: 'random', people: drawn}] AS list
  UNWIND range(0, size(list.people) - 1) AS place
  WITH s, v, barred, stars, list.source AS source, place, list.people[place] AS u
  WHERE u.removedAt IS NULL
    AND coalesce(u.createdAt <= $fresh, true)
    AND (v.language IS NULL OR size(coalesce(u.languages, [])) = 0 OR v.language IN u.languages)
    AND CASE
      WHEN u.restricted THEN coalesce(v.rating, 'unknown') = 'everyone'
      WHEN u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
      THEN coalesce(v.rating, 'unknown') <> 'adult'
      ELSE true
    END
    AND NOT u IN barred
    AND (size(stars) = 0
      OR NOT EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED|FOLLOWS]->(c:User) WHERE c IN stars AND b.at >= coalesce(b.until, b.at) })
  WITH source, place, u.id AS id
  ORDER BY source, place
  RETURN collect(CASE source WHEN 'affinity' THEN id END) AS close, collect(CASE source WHEN 'likeness' THEN id END) AS like,
    collect(CASE source WHEN 'random' THEN id END) AS anyone
}
RETURN v.id AS videoId, close AS affinity, like AS likeness, anyone AS random
ORDER BY videoId
