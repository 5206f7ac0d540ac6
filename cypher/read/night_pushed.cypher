// night_pushed: engagements that began where the product itself pushed the video, a row a user.
// params: none
// returns: userId STRING, ids LIST<STRING>
// try: :param {}
MATCH (u:User)
WHERE EXISTS { (u)-[:ENGAGED]->() }
WITH u, [(u)-[e:ENGAGED]->(v:Video) WHERE e.firstPushedAt <= e.firstAt | v.id] AS ids
WHERE size(ids) > 0
RETURN u.id AS userId, ids
