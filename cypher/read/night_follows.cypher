// night_follows: whom each user follows now, a row a user; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: userId STRING, ids LIST<STRING>
// try: :param {after: '', limit: 100}
MATCH (u:User)
WHERE u.id > $after AND EXISTS { (u)-[:FOLLOWS]->() }
WITH u
ORDER BY u.id
LIMIT $limit
RETURN u.id AS userId, [(u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) | x.id] AS ids
ORDER BY userId
