// drop_expired: remove the anonymous users who expired, and all that they told.
// params: clock INTEGER (epoch ms)
// returns: users INTEGER
// try: :param {clock: 1767225600000}
MATCH (u:User&Anonymous)
WHERE u.expiresAt < $clock
DETACH DELETE u
RETURN count(*) AS users
