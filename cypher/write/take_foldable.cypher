// take_foldable: take engagements of some people that ended before a moment, but for everybody's latest, out of the graph, and tell what they were; that she saw the video stays. By limit, the oldest first.
// params: userIds LIST<STRING>, before INTEGER, latest INTEGER, limit INTEGER
// returns: userId STRING, videoId STRING, bits INTEGER (1 completed, 2 rewatched, 4 shared, 8 commented, 16 liked, added up), points FLOAT, lastAt INTEGER, own BOOLEAN (of a video of hers), hidden BOOLEAN
// try: :param {userIds: ['u1'], before: 1764547200000, latest: 10, limit: 5000}
UNWIND $userIds AS userId
MATCH (u:User {id: userId})
WHERE COUNT { (u)-[:ENGAGED]->() } > $latest
// The newest that is not among her latest. No list of them: rows that carry one are counted with all of it.
CALL (u) {
  MATCH (u)-[e:ENGAGED]->(v:Video)
  WITH e.lastAt AS at, v.id AS id
  ORDER BY at DESC, id
  LIMIT $latest + 1
  WITH at, id
  ORDER BY at, id DESC
  LIMIT 1
  RETURN at, id
}
MATCH (u)-[e:ENGAGED]->(v:Video)
WHERE e.lastAt < $before
  AND (e.lastAt < at OR e.lastAt = at AND v.id >= id)
WITH u, e, v
ORDER BY e.lastAt, u.id, v.id
LIMIT $limit
// The first SET takes the edge's lock: facts that another transaction is joining are waited for, then read.
SET e.points = e.points
WITH u, e, v
WHERE e.lastAt < $before
WITH u, e, v, CASE WHEN e.completed THEN 1 ELSE 0 END + CASE WHEN e.rewatched THEN 2 ELSE 0 END
    + CASE WHEN e.firstShareAt IS NULL THEN 0 ELSE 4 END + CASE WHEN e.firstCommentAt IS NULL THEN 0 ELSE 8 END
    + CASE WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN 16 ELSE 0 END AS bits,
  e.points AS points, e.lastAt AS lastAt
DELETE e
MERGE (u)-[:SAW]->(v)
RETURN u.id AS userId, v.id AS videoId, bits, points, lastAt, EXISTS { (u)-[:CREATED]->(v) } AS own,
  EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) } AS hidden
