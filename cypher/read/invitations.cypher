// invitations: what a user may still accept of what she was invited to create together, the newest first: told in the last 30 days and not declined, for a video that she may see, by an author who may invite her. That is an account that nothing bars, where she is known to be over 16 or, at any age, both follow each other and it is no brand.
// params: userId STRING, videoId STRING (null for all), limit INTEGER
// returns: videoId STRING, caption STRING, invitedBy STRING, challengeIds LIST<STRING> (that the video answers), at INTEGER (epoch ms)
// try: :param {userId: 'u1', videoId: null, limit: 20}
MATCH (s:Settings {id: 'contentgraph'})
MATCH (u:User&!Anonymous&!Unannounced {id: $userId})
WHERE u.removedAt IS NULL
WITH s, u, datetime({epochMillis: s.now}).year - u.birthYear AS age,
  COLLECT { MATCH (u)-[h:HIDES|REPORTED]->(x) WHERE h.at >= coalesce(h.until, h.at) RETURN x } AS hidden,
  COLLECT { MATCH (u)-[b:BLOCKS]-(x:User) WHERE b.at >= coalesce(b.until, b.at) RETURN x } AS blocked
WITH s, u, age, hidden, hidden + blocked AS shunned, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN age > 18 THEN ['everyone', 'teen', 'unknown', 'adult']
    ELSE ['everyone', 'teen', 'unknown']
  END AS ratings
MATCH (u)-[r:INVITED]->(v:Video)<-[:CREATED {role: 'author'}]-(a:User)
WHERE ($videoId IS NULL OR v.id = $videoId)
  AND r.declinedAt IS NULL
  AND r.at > s.now - 30 * 86400000
  AND coalesce(v.rating, 'unknown') IN ratings
  AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT v IN hidden
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(x:User) WHERE x = u OR x.removedAt IS NOT NULL OR x IN shunned }
  AND (coalesce(age > 16, false) OR NOT coalesce(a.kind, 'person') IN ['brand', 'media', 'charity']
    AND EXISTS { MATCH (u)-[f:FOLLOWS]->(a) WHERE f.at >= coalesce(f.until, f.at) }
    AND EXISTS { MATCH (a)-[f:FOLLOWS]->(u) WHERE f.at >= coalesce(f.until, f.at) })
RETURN v.id AS videoId, v.caption AS caption, a.id AS invitedBy,
  COLLECT { MATCH (v)-[:ANSWERS]->(c:Challenge) WHERE c.removedAt IS NULL AND NOT c:Unannounced RETURN c.id ORDER BY c.id } AS challengeIds,
  r.at AS at
ORDER BY at DESC, videoId
LIMIT $limit
