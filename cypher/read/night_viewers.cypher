// night_viewers: every user as a viewer: her age, country, languages and rights, and whom and what she follows, hides and blocks now, follows in order, the latest first; sounds and hashtags that she hides with the time; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, birthYear INTEGER, restricted BOOLEAN, anonymous BOOLEAN, removed BOOLEAN, languages LIST<STRING>, followIds LIST<STRING>, followedAt LIST<INTEGER>, hiddenVideoIds LIST<STRING>, hiddenUserIds LIST<STRING>, blockedIds LIST<STRING>, unannounced BOOLEAN, country STRING, muted LIST<LIST<ANY>> (kind, id, at), expiresAt INTEGER (of an anonymous session)
// try: :param {after: '', limit: 100}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT $limit
RETURN u.id AS id, u.birthYear AS birthYear, coalesce(u.restricted, false) AS restricted, u:Anonymous AS anonymous,
  u.removedAt IS NOT NULL AS removed, coalesce(u.languages, []) AS languages,
  COLLECT { MATCH (u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) RETURN x.id ORDER BY f.at DESC, x.id } AS followIds,
  COLLECT { MATCH (u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) RETURN f.at ORDER BY f.at DESC, x.id } AS followedAt,
  [(u)-[h:HIDES|REPORTED]->(x:Video) WHERE h.at >= coalesce(h.until, h.at) | x.id] AS hiddenVideoIds,
  [(u)-[h:HIDES|REPORTED]->(x:User) WHERE h.at >= coalesce(h.until, h.at) | x.id] AS hiddenUserIds,
  [(u)-[b:BLOCKS]->(x:User) WHERE b.at >= coalesce(b.until, b.at) | x.id] AS blockedIds,
  u:Unannounced AS unannounced, u.country AS country,
  [(u)-[h:HIDES]->(x:Sound|Hashtag) WHERE h.at >= coalesce(h.until, h.at)
    | [CASE WHEN x:Sound THEN 'sound' ELSE 'hashtag' END, coalesce(x.id, x.name), h.at]] AS muted,
  u.expiresAt AS expiresAt
ORDER BY id
