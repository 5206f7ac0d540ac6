// test_slots: the new videos that one person is to be shown as part of their waves, in the order that chance gave them.
// params: userId STRING, limit INTEGER
// returns: videoId STRING, source STRING, wave INTEGER, propensity FLOAT
// try: :param {userId: 'u1', limit: 2}
MATCH (s:Settings {id: 'contentgraph'})
MATCH (u:User {id: $userId})
WITH u, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
MATCH (u)-[a:ASSIGNED]->(v:Video)
WHERE coalesce(v.state, 'waiting') <> 'stopped'
  AND coalesce(v.rating, 'unknown') IN ratings
  AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { (u)-[:ENGAGED|SAW|SHOWN]->(v) }
  AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
    OR c = u
    OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
WITH a, v
ORDER BY a.turn, v.id
LIMIT $limit
RETURN v.id AS videoId, a.source AS source, a.wave AS wave, a.propensity AS propensity
