// night_cards: every video as a feed shows it, beside what night_videos says.
// params: none
// returns: id STRING, caption STRING, rating STRING, removed BOOLEAN, unannounced BOOLEAN, makerRemoved BOOLEAN, creatorIds LIST<STRING> (the author first)
// try: :param {}
MATCH (v:Video)
RETURN v.id AS id, v.caption AS caption, v.rating AS rating, v.removedAt IS NOT NULL AS removed, v:Unannounced AS unannounced,
  EXISTS { MATCH (v)<-[:CREATED]-(x:User) WHERE x.removedAt IS NOT NULL } AS makerRemoved,
  COLLECT { MATCH (v)<-[c:CREATED]-(x:User) RETURN x.id ORDER BY c.role, x.id } AS creatorIds
