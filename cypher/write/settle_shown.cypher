// settle_shown: write once what people made of test slots whose window is over: the flags that came true within it, and whether they are fans (followers of a creator, or people whose own videos a creator engaged with, before they were shown it). Later events leave it. Some at a time, the oldest first, of those between two times.
// params: after INTEGER, before INTEGER, windowMs INTEGER, completionRatio FLOAT, rewatchRatio FLOAT, limit INTEGER
// returns: shown INTEGER
// try: :param {after: 0, before: 1767225600000, windowMs: 86400000, completionRatio: 0.9, rewatchRatio: 1.5, limit: 20000}
MATCH (u:User)-[r:SHOWN]->(v:Video)
USING INDEX r:SHOWN(pending)
WHERE r.pending > $after
  AND r.pending <= $before
WITH u, r, v
ORDER BY r.pending, u.id
LIMIT $limit
// Video by video: its creators, and who of them is followed at all, are asked for once.
WITH v, collect({user: u, shown: r}) AS rows
WITH v, rows, COLLECT { MATCH (v)<-[:CREATED]-(c:User) RETURN c } AS makers
WITH v, rows, makers, [c IN makers WHERE COUNT { (c)<-[:FOLLOWS]-() } > 0] AS stars
UNWIND rows AS row
WITH v, makers, stars, row.user AS u, row.shown AS r
OPTIONAL MATCH (u)-[e:ENGAGED]->(v)
WITH makers, stars, u, r, v, e, r.at AS start, r.at + $windowMs AS end
WITH makers, stars, u, r, e, start, end,
  [x IN [[e.view1Ms, e.view1At], [e.view2Ms, e.view2At]] WHERE x[0] IS NOT NULL AND v.durationMs > 0 AND x[1] >= start AND x[1] < end |
    toFloat(x[0]) / v.durationMs] AS views,
  [x IN [e.firstCompletionAt, e.lastCompletionAt] WHERE x >= start AND x < end] AS told
WITH makers, stars, u, r, e, start, end, told, size([x IN views WHERE x >= $completionRatio]) AS whole,
  any(x IN views WHERE x >= $rewatchRatio) AS again
WITH makers, stars, u, r, e, start, end, whole > 0 OR size(told) > 0 AS completed,
  coalesce(again OR e.rewatched AND (whole > 1 OR size(told) > 1 AND told[0] <> told[1]), false) AS rewatched
SET r.bits = CASE WHEN completed OR rewatched THEN 1 ELSE 0 END
    + CASE WHEN rewatched THEN 2 ELSE 0 END
    + CASE WHEN e.firstShareAt >= start AND e.firstShareAt < end THEN 4 ELSE 0 END
    + CASE WHEN e.firstCommentAt >= start AND e.firstCommentAt < end THEN 8 ELSE 0 END
    + CASE WHEN e.lastLikeAt >= start AND e.lastLikeAt < end
        AND coalesce(e.lastUnlikeAt <= e.lastLikeAt OR e.lastUnlikeAt >= end, true) THEN 16 ELSE 0 END,
  r.fan = size(stars) > 0
      AND EXISTS { MATCH (u)-[f:FOLLOWS]->(c:User) WHERE c IN stars AND f.at <= start AND f.at >= coalesce(f.until, f.at) }
    // Asked from her side: most people made no video, while what a creator engaged with may be long.
    OR EXISTS {
      UNWIND makers AS c
      MATCH (u)-[:CREATED]->(w:Video)
      MATCH (c)-[h:ENGAGED]->(w)
      WHERE h.points > 0 AND h.firstAt <= start
    },
  r.pending = null
RETURN count(*) AS shown
