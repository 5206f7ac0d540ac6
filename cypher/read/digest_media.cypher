// digest_media: what was found in the media of every analysed video and which it copies, in the order of ids.
// params: none
// returns: id STRING, properties MAP, edges LIST<LIST<ANY>> (type, other end, its properties)
// try: :param {}
MATCH (m:Media)
WHERE m.id >= ''
WITH m
ORDER BY m.id
RETURN m.id AS id, properties(m) AS properties,
  [(m)<-[:HAS]-(:Video)-[r:REPOSTS|SAME_SOUND]->(x:Video) | [type(r), x.id, properties(r)]] AS edges
