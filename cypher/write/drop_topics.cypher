// drop_topics: remove topics that no video is about any more.
// params: none
// returns: topics INTEGER
// try: :param {}
MATCH (t:Topic)
WHERE t.id >= ''
  AND NOT EXISTS { (t)<-[:ABOUT]-() }
DETACH DELETE t
RETURN count(*) AS topics
