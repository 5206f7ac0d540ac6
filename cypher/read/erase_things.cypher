// erase_things: hashtags, sounds, challenges and topics of some videos: what may be named by nobody once they are gone.
// params: ids LIST<STRING>
// returns: kind STRING, entity STRING
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})-[:TAGGED|USES|ANSWERS|ABOUT]->(x)
RETURN DISTINCT CASE WHEN x:Hashtag THEN 'hashtag' WHEN x:Sound THEN 'sound' WHEN x:Topic THEN 'topic' ELSE 'challenge' END AS kind,
  coalesce(x.id, x.name) AS entity
ORDER BY kind, entity
