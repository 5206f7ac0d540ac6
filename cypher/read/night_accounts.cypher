// night_accounts: since when each account is there, and whether it is one, not a session without; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, createdAt INTEGER, account BOOLEAN
// try: :param {after: '', limit: 100}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT $limit
RETURN u.id AS id, u.createdAt AS createdAt, NOT u:Anonymous AS account
ORDER BY id
