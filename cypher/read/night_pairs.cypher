// night_pairs: every engagement, a row a user with parallel lists, for the nightly engine; times in epoch ms, -1 where it never happened.
// params: none
// returns: userId STRING, videoIds LIST<STRING>, firstAt LIST<INTEGER>, lastAt LIST<INTEGER>, completedAt LIST<INTEGER>, rewatchedAt LIST<INTEGER>, sharedAt LIST<INTEGER>, commentedAt LIST<INTEGER>, likedAt LIST<INTEGER>, points LIST<FLOAT>
// try: :param {}
MATCH (u:User)-[e:ENGAGED]->(v:Video)
RETURN u.id AS userId,
  collect(v.id) AS videoIds,
  collect(e.firstAt) AS firstAt,
  collect(e.lastAt) AS lastAt,
  collect(CASE WHEN e.completed THEN coalesce(e.firstCompletionAt, e.view1At) ELSE -1 END) AS completedAt,
  collect(CASE WHEN e.rewatched THEN coalesce(e.lastCompletionAt, e.view2At, e.view1At) ELSE -1 END) AS rewatchedAt,
  collect(coalesce(e.firstShareAt, -1)) AS sharedAt,
  collect(coalesce(e.firstCommentAt, -1)) AS commentedAt,
  collect(CASE WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN e.lastLikeAt ELSE -1 END) AS likedAt,
  collect(e.points) AS points
