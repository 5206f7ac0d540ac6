// night_near_people: people near some videos: those of what each carries and resembles, and those like who engaged with it, nearest first.
// params: videos LIST<STRING>, limit INTEGER (of each source)
// returns: videoId STRING, affinity LIST<STRING>, likeness LIST<STRING>
// try: :param {videos: ['v1'], limit: 200}
UNWIND $videos AS id
MATCH (v:Video {id: id})
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
  RETURN collect(u.id) AS affinity
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
  RETURN collect(u.id) AS likeness
}
RETURN id AS videoId, affinity, likeness
ORDER BY videoId
