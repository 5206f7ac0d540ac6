// derive_points: flags and points of the ENGAGED edges of some videos, again, from their facts, the videos' durations and the scale. By limit, in the order of videos and users, after one edge's.
// params: videoIds LIST<STRING>, after LIST<STRING> (the last edge's video and user; two empty ones at first), limit INTEGER, scale MAP
// returns: pairs INTEGER, last LIST<STRING>
// try: :param {videoIds: ['v1'], after: ['', ''], limit: 20000, scale: {rewatch: 10.0, completion: 8.0, share: 6.0, comment: 4.0, like: 2.0, completionRatio: 0.9, rewatchRatio: 1.5}}
UNWIND $videoIds AS videoId
MATCH (v:Video {id: videoId})<-[e:ENGAGED]-(u:User)
WHERE [v.id, u.id] > $after
WITH v, e, u
ORDER BY v.id, u.id
LIMIT $limit
// The first SET takes the edge's lock: facts that another transaction is joining are waited for, then read.
SET e.points = e.points
WITH e, v, u, $scale AS s
WITH e, v, u, s,
  coalesce(toFloat(e.view1Ms) / v.durationMs >= s.rewatchRatio, false)
    OR coalesce(toFloat(e.view2Ms) / v.durationMs >= s.completionRatio, false)
      AND (e.event1Id IS NULL OR coalesce(toFloat(e.event2Ms) / v.durationMs >= s.completionRatio, false))
    OR coalesce(e.firstCompletionAt < e.lastCompletionAt, false)
      AND (e.firstCompletionId IS NULL OR e.firstCompletionId <> e.lastCompletionId) AS rewatched,
  coalesce(toFloat(e.view1Ms) / v.durationMs >= s.completionRatio, false)
    OR e.firstCompletionAt IS NOT NULL AS completed
SET e.rewatched = rewatched,
  e.completed = completed OR rewatched,
  e.points = CASE WHEN rewatched THEN s.rewatch ELSE 0.0 END
    + CASE WHEN completed OR rewatched THEN s.completion ELSE 0.0 END
    + CASE WHEN e.firstShareAt IS NOT NULL THEN s.share ELSE 0.0 END
    + CASE WHEN e.firstCommentAt IS NOT NULL THEN s.comment ELSE 0.0 END
    + CASE WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN s.like ELSE 0.0 END
RETURN count(*) AS pairs, max([v.id, u.id]) AS last
