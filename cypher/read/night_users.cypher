// night_users: every user's country and languages, the first first; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, country STRING, languages LIST<STRING>
// try: :param {after: '', limit: 100}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT $limit
RETURN u.id AS id, u.country AS country, coalesce(u.languages, []) AS languages
ORDER BY id
