// night_hides: the videos that each user hides, a row a user.
// params: none
// returns: userId STRING, videoIds LIST<STRING>
// try: :param {}
MATCH (u:User)-[h:HIDES|REPORTED]->(v:Video)
WHERE h.at >= coalesce(h.until, h.at)
RETURN u.id AS userId, collect(v.id) AS videoIds
