// night_wave_viewers: people who may be given test slots: active since, not removed, with accounts that are not fresh (of whom no catalogue row describes, by the first that she did); those of the same languages together.
// params: since INTEGER, fresh INTEGER
// returns: languages LIST<STRING>, userIds LIST<STRING>
// try: :param {since: 1766620800000, fresh: 1766620800000}
MATCH (u:User)-[e:ENGAGED]->()
USING INDEX e:ENGAGED(lastAt)
WHERE e.lastAt >= $since
WITH DISTINCT u
WHERE u.removedAt IS NULL
  AND CASE
    // Whom no catalogue row describes is as old as what she did first.
    WHEN u:Unannounced THEN EXISTS { MATCH (u)-[first:ENGAGED]->() WHERE first.firstAt <= $fresh }
    ELSE coalesce(u.createdAt <= $fresh, true)
  END
RETURN coalesce(u.languages, []) AS languages, collect(u.id) AS userIds
