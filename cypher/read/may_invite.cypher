// may_invite: whether one account may invite another to create with it: an account over 16 that nothing bars, or, at any age, one that follows it and is followed by it, brands left out.
// params: userId STRING (who invites), otherId STRING
// returns: allowed BOOLEAN
// try: :param {userId: 'u1', otherId: 'u2'}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
OPTIONAL MATCH (x:User {id: $otherId})
WITH u, x, coalesce(datetime({epochMillis: s.now}).year - x.birthYear > 16, false) AS grown,
  coalesce(u.kind, 'person') IN ['brand', 'media', 'charity'] AS organisation,
  EXISTS { MATCH (u)-[f:FOLLOWS]->(x) WHERE f.at >= coalesce(f.until, f.at) }
    AND EXISTS { MATCH (x)-[f:FOLLOWS]->(u) WHERE f.at >= coalesce(f.until, f.at) } AS friends,
  EXISTS { MATCH (u)-[b:BLOCKS]-(x) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (x)-[h:HIDES|REPORTED]->(u) WHERE h.at >= coalesce(h.until, h.at) } AS barred
RETURN u IS NOT NULL AND x IS NOT NULL AND u <> x
  AND u.removedAt IS NULL AND x.removedAt IS NULL
  AND NOT coalesce(x:Unannounced OR x:Anonymous, true)
  AND NOT barred
  AND (grown OR friends AND NOT organisation) AS allowed
