// night_follows: whom each user follows now, a row a user.
// params: none
// returns: userId STRING, ids LIST<STRING>
// try: :param {}
MATCH (u:User)
WHERE EXISTS { (u)-[:FOLLOWS]->() }
WITH u, [(u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) | x.id] AS ids
WHERE size(ids) > 0
RETURN u.id AS userId, ids
