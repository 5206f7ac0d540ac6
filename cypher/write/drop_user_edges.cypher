// drop_user_edges: delete edges of one user, some at a time.
// params: userId STRING, limit INTEGER
// returns: edges INTEGER
// try: :param {userId: 'u1', limit: 10000}
MATCH (u:User {id: $userId})-[r]-()
WHERE NOT type(r) IN ['OBSERVED', 'DECIDED']
WITH r
ORDER BY type(r), elementId(r)
LIMIT $limit
DELETE r
RETURN count(*) AS edges
