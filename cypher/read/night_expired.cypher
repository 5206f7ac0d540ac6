// night_expired: the anonymous users who expired, and how many edges each has.
// params: clock INTEGER (epoch ms)
// returns: id STRING, edges INTEGER
// try: :param {clock: 1767225600000}
MATCH (u:User&Anonymous)
WHERE u.expiresAt < $clock
RETURN u.id AS id, COUNT { (u)--() } AS edges
