// erase_things: hashtags, sounds and challenges that some videos carry: what may be named by nobody once they are gone.
// params: ids LIST<STRING>
// returns: kind STRING, entity STRING
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})-[:TAGGED|USES|ANSWERS]->(x)
RETURN DISTINCT CASE WHEN x:Hashtag THEN 'hashtag' WHEN x:Sound THEN 'sound' ELSE 'challenge' END AS kind,
  coalesce(x.id, x.name) AS entity
ORDER BY kind, entity
