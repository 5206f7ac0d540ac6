// campaign_arms: to how many people a challenge's videos were shown, and how many were held back at random (SHOWN with source 'control'); how many of each joined.
// params: id STRING
// returns: held BOOLEAN (ascending), people INTEGER, joined INTEGER
// try: :param {id: 'c1'}
MATCH (c:Challenge {id: $id})
WHERE c.removedAt IS NULL AND NOT c:Unannounced
CALL (c) {
  MATCH (c)<-[:ANSWERS]-(v:Video)
  RETURN v
  UNION
  MATCH (c)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
  WHERE NOT coalesce(m.generic, false)
    AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
  RETURN v
}
WITH collect(v) AS videos
UNWIND videos AS v
MATCH (v)<-[h:SHOWN]-(x:User)
WITH videos, x, max(CASE WHEN h.source = 'control' THEN 0 ELSE 1 END) = 0 AS held
RETURN held, count(x) AS people,
  count(CASE WHEN EXISTS { MATCH (x)-[:CREATED]->(o:Video) WHERE o IN videos } THEN 1 END) AS joined
ORDER BY held
