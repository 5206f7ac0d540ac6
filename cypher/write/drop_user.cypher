// drop_user: delete one user and whatever edges are left.
// params: userId STRING
// returns: users INTEGER
// try: :param {userId: 'u1'}
MATCH (u:User {id: $userId})
DETACH DELETE u
RETURN count(*) AS users
