// night_cards: every video as a feed shows it, beside what night_videos says; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, caption STRING, rating STRING, withheldIn LIST<STRING> (countries; null: nowhere), removed BOOLEAN, unannounced BOOLEAN, makerRemoved BOOLEAN, creatorIds LIST<STRING> (the author first), origin STRING (the oldest video whose pictures are the same; itself where others copy it), topicTaste LIST<FLOAT> (its topic's place among tastes)
// try: :param {after: '', limit: 100}
MATCH (v:Video)
WHERE v.id > $after
WITH v
ORDER BY v.id
LIMIT $limit
RETURN v.id AS id, v.caption AS caption, v.rating AS rating, v.withheldIn AS withheldIn, v.removedAt IS NOT NULL AS removed, v:Unannounced AS unannounced,
  EXISTS { MATCH (v)<-[:CREATED]-(x:User) WHERE x.removedAt IS NOT NULL } AS makerRemoved,
  COLLECT { MATCH (v)<-[c:CREATED]-(x:User) RETURN x.id ORDER BY c.role, x.id } AS creatorIds,
  CASE WHEN EXISTS { (v)-[:REPOSTS]-() } THEN head(COLLECT { MATCH (v)-[:REPOSTS*0..]->(x:Video) WHERE NOT EXISTS { (x)-[:REPOSTS]->() } RETURN x.id ORDER BY x.id }) END AS origin,
  head(COLLECT { MATCH (v)-[:ABOUT]->(x:Topic) RETURN x.taste ORDER BY x.id }) AS topicTaste
ORDER BY id
