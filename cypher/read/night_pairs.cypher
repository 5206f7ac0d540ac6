// night_pairs: every engagement of some people, as parallel lists, for the nightly engine; times in epoch ms, the last five only of edges whose bit in happened is set.
// params: users LIST<STRING>
// returns: who LIST<INTEGER> (her place in users), videoIds LIST<STRING>, happened LIST<INTEGER> (1 completed, 2 rewatched, 4 shared, 8 commented, 16 liked, 32 skipped, 64 began where the product itself pushed it, added up), firstAt LIST<INTEGER>, lastAt LIST<INTEGER>, completedAt LIST<INTEGER>, rewatchedAt LIST<INTEGER>, sharedAt LIST<INTEGER>, commentedAt LIST<INTEGER>, likedAt LIST<INTEGER>
// try: :param {users: ['u1']}
UNWIND range(0, size($users) - 1) AS place
// To videos alone, so their label is not asked for.
MATCH (u:User {id: $users[place]})-[r:ENGAGED]->(v)
// All properties at once: each asked alone is looked for from the beginning of their chain.
WITH place, v, properties(r) AS e
WITH place, v, e, coalesce(e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt), false) AS liked
RETURN collect(place) AS who,
  collect(v.id) AS videoIds,
  collect(CASE WHEN e.completed THEN 1 ELSE 0 END + CASE WHEN e.rewatched THEN 2 ELSE 0 END
    + CASE WHEN e.firstShareAt IS NULL THEN 0 ELSE 4 END + CASE WHEN e.firstCommentAt IS NULL THEN 0 ELSE 8 END
    + CASE WHEN liked THEN 16 ELSE 0 END
    + CASE WHEN e.points = 0.0 AND (e.view1Ms < 2000 OR e.view1Ms < 0.1 * v.durationMs) THEN 32 ELSE 0 END
    + CASE WHEN e.firstPushedAt <= e.firstAt THEN 64 ELSE 0 END) AS happened,
  collect(e.firstAt) AS firstAt,
  collect(e.lastAt) AS lastAt,
  collect(CASE WHEN e.completed THEN coalesce(e.firstCompletionAt, e.view1At) END) AS completedAt,
  collect(CASE WHEN e.rewatched THEN coalesce(e.lastCompletionAt, e.view2At, e.view1At) END) AS rewatchedAt,
  collect(e.firstShareAt) AS sharedAt,
  collect(e.firstCommentAt) AS commentedAt,
  collect(CASE WHEN liked THEN e.lastLikeAt END) AS likedAt
