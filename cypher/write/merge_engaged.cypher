// merge_engaged: join facts of user–video pairs into their ENGAGED edges and derive flags and points; order and repetition leave no trace.
// params: rows LIST<MAP>, scale MAP
// returns: pairs INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', facts: {firstAt: 1767225600000, lastAt: 1767225600000, view1Ms: 9500, view1At: 1767225600000}}], scale: {rewatch: 10.0, completion: 8.0, share: 6.0, comment: 4.0, like: 2.0, completionRatio: 0.9, rewatchRatio: 1.5}}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
MERGE (u)-[e:ENGAGED]->(v)
  ON CREATE SET e += row.facts
// Only an edge that was there before has points: join into it. The first SET takes its lock.
FOREACH (told IN CASE WHEN e.points IS NULL THEN [] ELSE [row.facts] END |
  SET e.firstAt = CASE WHEN told.firstAt < e.firstAt THEN told.firstAt ELSE e.firstAt END
  FOREACH (events IN CASE WHEN e.event1Id IS NULL AND told.event1Id IS NULL THEN [] ELSE [
      [x IN CASE
        WHEN e.event1Id IS NULL THEN [[e.view1Ms, '@' + e.view1At], [e.view2Ms, '@' + e.view2At]]
        ELSE [[e.view1Ms, e.event1Id], [e.event2Ms, e.event2Id]]
      END + CASE
        WHEN told.event1Id IS NULL THEN [[told.view1Ms, '@' + told.view1At], [told.view2Ms, '@' + told.view2At]]
        ELSE [[told.view1Ms, told.event1Id], [told.event2Ms, told.event2Id]]
      END WHERE x[0] IS NOT NULL]
    ] END |
    FOREACH (first IN [reduce(best = events[0], x IN events |
        CASE WHEN x[0] > best[0] OR (x[0] = best[0] AND x[1] < best[1]) THEN x ELSE best END)] |
      FOREACH (second IN [reduce(best = [null, null], x IN events |
          CASE WHEN x[1] <> first[1] AND (best[0] IS NULL OR x[0] > best[0] OR (x[0] = best[0] AND x[1] < best[1]))
          THEN x ELSE best END)] |
        SET e.event1Id = first[1], e.event2Ms = second[0], e.event2Id = second[1]
      )
    )
  )
  FOREACH (views IN CASE WHEN told.view1Ms IS NULL THEN [] ELSE [
      [x IN [[e.view1Ms, e.view1At], [e.view2Ms, e.view2At], [told.view1Ms, told.view1At], [told.view2Ms, told.view2At]]
        WHERE x[0] IS NOT NULL]
    ] END |
    FOREACH (first IN [reduce(best = views[0], x IN views |
        CASE WHEN x[0] > best[0] OR (x[0] = best[0] AND x[1] < best[1]) THEN x ELSE best END)] |
      FOREACH (second IN [reduce(best = [null, null], x IN views |
          CASE WHEN x[1] <> first[1] AND (best[0] IS NULL OR x[0] > best[0] OR (x[0] = best[0] AND x[1] < best[1]))
          THEN x ELSE best END)] |
        SET e.view1Ms = first[0], e.view1At = first[1], e.view2Ms = second[0], e.view2At = second[1]
      )
    )
  )
  FOREACH (same IN CASE
      WHEN e.event1Id = '@' + e.view1At
        AND coalesce(e.event2Id = '@' + e.view2At AND e.event2Ms = e.view2Ms, e.event2Id IS NULL AND e.view2At IS NULL)
      THEN [true] ELSE [] END |
    SET e.event1Id = null, e.event2Ms = null, e.event2Id = null
  )
  FOREACH (ids IN CASE
      WHEN told.firstCompletionAt IS NULL OR (e.firstCompletionId IS NULL AND told.firstCompletionId IS NULL) THEN []
      ELSE [[x IN [
        coalesce(e.firstCompletionId, '@' + e.firstCompletionAt), coalesce(e.lastCompletionId, '@' + e.lastCompletionAt),
        coalesce(told.firstCompletionId, '@' + told.firstCompletionAt),
        coalesce(told.lastCompletionId, '@' + told.lastCompletionAt)
      ] WHERE x IS NOT NULL]] END |
    SET e.firstCompletionId = reduce(best = ids[0], x IN ids | CASE WHEN x < best THEN x ELSE best END),
      e.lastCompletionId = reduce(best = ids[0], x IN ids | CASE WHEN x > best THEN x ELSE best END)
  )
  SET e.lastAt = CASE WHEN told.lastAt > e.lastAt THEN told.lastAt ELSE e.lastAt END,
    e.firstCompletionAt = CASE
      WHEN e.firstCompletionAt <= told.firstCompletionAt THEN e.firstCompletionAt
      ELSE coalesce(told.firstCompletionAt, e.firstCompletionAt) END,
    e.lastCompletionAt = CASE
      WHEN e.lastCompletionAt >= told.lastCompletionAt THEN e.lastCompletionAt
      ELSE coalesce(told.lastCompletionAt, e.lastCompletionAt) END,
    e.firstShareAt = CASE
      WHEN e.firstShareAt <= told.firstShareAt THEN e.firstShareAt
      ELSE coalesce(told.firstShareAt, e.firstShareAt) END,
    e.firstCommentAt = CASE
      WHEN e.firstCommentAt <= told.firstCommentAt THEN e.firstCommentAt
      ELSE coalesce(told.firstCommentAt, e.firstCommentAt) END,
    e.lastLikeAt = CASE
      WHEN e.lastLikeAt >= told.lastLikeAt THEN e.lastLikeAt
      ELSE coalesce(told.lastLikeAt, e.lastLikeAt) END,
    e.lastUnlikeAt = CASE
      WHEN e.lastUnlikeAt >= told.lastUnlikeAt THEN e.lastUnlikeAt
      ELSE coalesce(told.lastUnlikeAt, e.lastUnlikeAt) END,
    e.firstPushedAt = CASE
      WHEN e.firstPushedAt <= told.firstPushedAt THEN e.firstPushedAt
      ELSE coalesce(told.firstPushedAt, e.firstPushedAt) END
  FOREACH (same IN CASE
      WHEN e.firstCompletionId = '@' + e.firstCompletionAt AND e.lastCompletionId = '@' + e.lastCompletionAt
      THEN [true] ELSE [] END |
    SET e.firstCompletionId = null, e.lastCompletionId = null
  )
)
WITH e, v, $scale AS s
WITH e, s,
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
RETURN count(*) AS pairs
