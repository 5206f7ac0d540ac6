// erase_pulsed: in the pulses of which hashtags, sounds, challenges and topics one user may be counted: of whatever the videos carry that she engaged with.
// params: userId STRING
// returns: kind STRING, entity STRING
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
RETURN DISTINCT CASE WHEN thing:Hashtag THEN 'hashtag' WHEN thing:Sound THEN 'sound' WHEN thing:Topic THEN 'topic' ELSE 'challenge' END AS kind,
  coalesce(thing.id, thing.name) AS entity
ORDER BY kind, entity
