// erase_pulses: the pulses of whatever the videos carry that one user engaged with, a row an entity and day with parallel lists.
// params: userId STRING
// returns: kind STRING, entity STRING, day INTEGER, cells MAP
// try: :param {userId: 'u1'}
MATCH (u:User {id: $userId})-[:ENGAGED|SAW]->(v:Video)-[:TAGGED|USES|ANSWERS|ABOUT]->(x)
WITH DISTINCT x
CALL (x) {
  RETURN x AS thing
  UNION
  MATCH (x)<-[:MARKED_BY]-(thing:Challenge)
  RETURN thing
  UNION
  MATCH (x)-[:SAME_AS]->(thing:Sound)
  RETURN thing
}
WITH DISTINCT CASE WHEN thing:Hashtag THEN 'hashtag' WHEN thing:Sound THEN 'sound' WHEN thing:Topic THEN 'topic' ELSE 'challenge' END AS kind,
  coalesce(thing.id, thing.name) AS entity
MATCH (p:Pulse {kind: kind, entity: entity})
WHERE p.day >= 0
RETURN kind, entity, p.day AS day, properties(p) AS cells
ORDER BY kind, entity, day
