// drop_invited_by: delete the invitations of one author, some at a time.
// params: userId STRING, limit INTEGER
// returns: edges INTEGER
// try: :param {userId: 'u1', limit: 10000}
MATCH (:User {id: $userId})-[:CREATED {role: 'author'}]->(v:Video)<-[r:INVITED]-(x:User)
WITH v, r, x
ORDER BY v.id, x.id
LIMIT $limit
DELETE r
RETURN count(*) AS edges
