// digest_tags: hashtags and sounds with what is derived of them.
// params: none
// returns: kind STRING, id STRING, properties MAP
// try: :param {}
MATCH (h:Hashtag)
WHERE EXISTS { (h)<-[:TAGGED]-(:Video) }
RETURN 'Hashtag' AS kind, h.name AS id, properties(h) AS properties
ORDER BY id
UNION ALL
MATCH (s:Sound)
WHERE EXISTS { (s)<-[:USES]-(:Video) }
RETURN 'Sound' AS kind, s.id AS id, properties(s) AS properties
ORDER BY id
