// hide_user: let one user be removed from now on, as before an erasure; an earlier removal stays.
// params: userId STRING, at INTEGER
// returns: users INTEGER
// try: :param {userId: 'u1', at: 1767225600000}
MATCH (u:User {id: $userId})
SET u.removedAt = coalesce(u.removedAt, $at)
RETURN count(*) AS users
