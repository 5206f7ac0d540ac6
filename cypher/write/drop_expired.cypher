// drop_expired: remove anonymous users, of some, who expired, and all that they told.
// params: ids LIST<STRING>, clock INTEGER (epoch ms)
// returns: users INTEGER
// try: :param {ids: ['anonymous:1'], clock: 1767225600000}
UNWIND $ids AS id
MATCH (u:User&Anonymous {id: id})
WHERE u.expiresAt < $clock
DETACH DELETE u
RETURN count(*) AS users
