// night_marked: videos that carry what marks a challenge, made between its dates, a row a challenge.
// params: none
// returns: challengeId STRING, videoIds LIST<STRING>
// try: :param {}
MATCH (c:Challenge)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
WHERE NOT coalesce(m.generic, false)
  AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
RETURN c.id AS challengeId, collect(DISTINCT v.id) AS videoIds
