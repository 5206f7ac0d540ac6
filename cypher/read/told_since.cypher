// told_since: what a viewer's edges say now of what happened since a moment: engagements, follows, blocks, hides and reports of hers, who blocks her, and the test slots that she was shown; no row for whom nobody knows.
// params: userId STRING, since INTEGER (epoch ms)
// returns: removed BOOLEAN, pairs LIST<MAP> (videoId, happened as in night_pairs, lastAt; the latest 1,000), relations LIST<MAP> (type, target, targetId, at, until; all reports and the latest others, 1,000 in all), blockers LIST<MAP> (userId, at, until; the latest 1,000), shown LIST<STRING> (video ids; the latest 100)
// try: :param {userId: 'u1', since: 1767225600000}
MATCH (u:User {id: $userId})
RETURN u.removedAt IS NOT NULL AS removed,
  COLLECT {
    MATCH (u)-[r:ENGAGED]->(v:Video)
    WHERE r.lastAt >= $since
    WITH v, properties(r) AS e
    ORDER BY e.lastAt DESC, v.id
    LIMIT 1000
    RETURN {videoId: v.id, lastAt: e.lastAt, happened: CASE WHEN e.completed THEN 1 ELSE 0 END
      + CASE WHEN e.rewatched THEN 2 ELSE 0 END
      + CASE WHEN e.firstShareAt IS NULL THEN 0 ELSE 4 END
      + CASE WHEN e.firstCommentAt IS NULL THEN 0 ELSE 8 END
      + CASE WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN 16 ELSE 0 END
      + CASE WHEN e.points = 0.0 AND (e.view1Ms < 2000 OR e.view1Ms < 0.1 * v.durationMs) THEN 32 ELSE 0 END}
  } AS pairs,
  COLLECT {
    MATCH (u)-[r:FOLLOWS|BLOCKS|HIDES|REPORTED]->(x)
    // A report holds whatever was hidden and shown again.
    WHERE type(r) = 'REPORTED' OR r.at >= $since OR r.until >= $since
    WITH r, coalesce(x.id, x.name) AS id, CASE WHEN x:User THEN 'User' WHEN x:Video THEN 'Video' WHEN x:Sound THEN 'Sound' ELSE 'Hashtag' END AS target
    ORDER BY type(r) DESC, CASE WHEN r.until > r.at OR r.at IS NULL THEN r.until ELSE r.at END DESC, target, id
    LIMIT 1000
    RETURN {type: type(r), target: target, targetId: id, at: r.at, until: r.until}
  } AS relations,
  COLLECT {
    MATCH (u)<-[r:BLOCKS]-(x:User)
    WHERE r.at >= $since OR r.until >= $since
    WITH r, x
    ORDER BY CASE WHEN r.until > r.at OR r.at IS NULL THEN r.until ELSE r.at END DESC, x.id
    LIMIT 1000
    RETURN {userId: x.id, at: r.at, until: r.until}
  } AS blockers,
  COLLECT {
    MATCH (u)-[r:SHOWN]->(v:Video)
    WHERE r.at >= $since
      AND r.wave IS NOT NULL
    WITH r, v
    ORDER BY r.at DESC, v.id
    LIMIT 100
    RETURN v.id
  } AS shown
