// night_users: every user's country and languages, the first first, since when the account is there, and whether it is one, not a session without; some at a time, in the order of their ids, as parallel lists.
// params: after STRING (the last id before), limit INTEGER
// returns: ids LIST<STRING>, countries LIST<STRING> (ZZ where unknown), languages LIST<LIST<STRING>>, createdAt LIST<INTEGER> (-1 where unknown), accounts LIST<BOOLEAN>
// try: :param {after: '', limit: 100}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT $limit
// Once more, for the lists: what comes out of the index in order costs nothing to order.
WITH u
ORDER BY u.id
RETURN collect(u.id) AS ids,
  collect(coalesce(u.country, 'ZZ')) AS countries,
  collect(coalesce(u.languages, [])) AS languages,
  collect(coalesce(u.createdAt, -1)) AS createdAt,
  collect(NOT u:Anonymous) AS accounts
