// night_accounts: since when each account is there, and whether it is one, not a session without.
// params: none
// returns: id STRING, createdAt INTEGER, account BOOLEAN
// try: :param {}
MATCH (u:User)
RETURN u.id AS id, u.createdAt AS createdAt, NOT u:Anonymous AS account
