// night_pushed: engagements that began where the product itself pushed the video, a row a user.
// params: none
// returns: userId STRING, ids LIST<STRING>
// try: :param {}
MATCH (u:User)-[e:ENGAGED]->(v:Video)
WHERE e.firstPushedAt <= e.firstAt
RETURN u.id AS userId, collect(v.id) AS ids
