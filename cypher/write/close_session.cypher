// close_session: remove an anonymous user and all that she told; nobody else is removed.
// params: userId STRING
// returns: users INTEGER
// try: :param {userId: 'u1'}
MATCH (u:User&Anonymous {id: $userId})
DETACH DELETE u
RETURN count(*) AS users
