// night_viewers: every user as a viewer: her age, country, languages and rights, and whom she follows now in order, the latest first; what she hides, reported and blocks with its times, taken back or not, and whom she follows no more; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, birthYear INTEGER, restricted BOOLEAN, anonymous BOOLEAN, removed BOOLEAN, languages LIST<STRING>, followIds LIST<STRING>, followedAt LIST<INTEGER>, relations LIST<LIST<ANY>> (type, target, targetId, at, until), unannounced BOOLEAN, country STRING, expiresAt INTEGER (of an anonymous session)
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
  [(u)-[r:FOLLOWS|BLOCKS|HIDES|REPORTED]->(x) WHERE NOT r:FOLLOWS OR r.at IS NULL OR r.until > r.at
    | [type(r), CASE WHEN x:User THEN 'User' WHEN x:Video THEN 'Video' WHEN x:Sound THEN 'Sound' ELSE 'Hashtag' END, coalesce(x.id, x.name), r.at, r.until]] AS relations,
  u:Unannounced AS unannounced, u.country AS country, u.expiresAt AS expiresAt
ORDER BY id
