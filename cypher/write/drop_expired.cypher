// drop_expired: remove anonymous users who expired, and all that they told.
// params: ids LIST<STRING>
// returns: users INTEGER
// try: :param {ids: ['anonymous:1']}
UNWIND $ids AS id
MATCH (u:User&Anonymous {id: id})
DETACH DELETE u
RETURN count(*) AS users
