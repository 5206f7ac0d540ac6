// night_marks: the hashtags that mark a challenge.
// params: none
// returns: names LIST<STRING>
// try: :param {}
MATCH (:Challenge)-[:MARKED_BY]->(h:Hashtag)
WITH DISTINCT h.name AS name
ORDER BY name
RETURN collect(name) AS names
