// example_users: some users whose history has a given length or more, the shortest first, to try things with.
// params: history INTEGER, limit INTEGER
// returns: userId STRING, engagements INTEGER
// try: :param {history: 20, limit: 3}
MATCH (u:User)
WHERE u.removedAt IS NULL AND COUNT { (u)-[:ENGAGED]->() } >= $history
RETURN u.id AS userId, COUNT { (u)-[:ENGAGED]->() } AS engagements
ORDER BY engagements, userId
LIMIT $limit
