// announce_users: create the users that rows name and no catalogue row has described yet, as :Unannounced.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['u1']}
UNWIND $ids AS id
MERGE (n:User {id: id})
  ON CREATE SET n:Unannounced
RETURN count(*) AS nodes
