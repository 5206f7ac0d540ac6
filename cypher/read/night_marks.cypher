// night_marks: the hashtags that mark challenges.
// params: none
// returns: challengeId STRING (ascending), names LIST<STRING>
// try: :param {}
MATCH (c:Challenge)-[:MARKED_BY]->(h:Hashtag)
WITH c, h
ORDER BY c.id, h.name
RETURN c.id AS challengeId, collect(h.name) AS names
ORDER BY challengeId
