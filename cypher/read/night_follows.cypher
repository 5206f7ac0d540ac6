// night_follows: whom each user follows now, a row a user.
// params: none
// returns: userId STRING, ids LIST<STRING>
// try: :param {}
MATCH (u:User)-[f:FOLLOWS]->(x:User)
WHERE f.at >= coalesce(f.until, f.at)
RETURN u.id AS userId, collect(x.id) AS ids
