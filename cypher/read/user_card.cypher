// user_card: one user as a viewer: who she is and how much of her is known.
// params: userId STRING
// returns: userId STRING, kind STRING, country STRING, languages LIST<STRING>, restricted BOOLEAN, anonymous BOOLEAN, expiresAt INTEGER (of an anonymous session), announced BOOLEAN, removed BOOLEAN, engaged INTEGER, follows INTEGER, tests INTEGER (test slots that she was given and that were not cleared away yet), controlled BOOLEAN (some campaign holds people back, her or others)
// try: :param {userId: 'u1'}
MATCH (u:User {id: $userId})
RETURN u.id AS userId, u.kind AS kind, u.country AS country, coalesce(u.languages, []) AS languages,
  coalesce(u.restricted, false) AS restricted, u:Anonymous AS anonymous, u.expiresAt AS expiresAt, NOT u:Unannounced AS announced,
  u.removedAt IS NOT NULL AS removed,
  COUNT { (u)-[:ENGAGED]->() } AS engaged, COUNT { (u)-[:FOLLOWS]->() } AS follows, COUNT { (u)-[:ASSIGNED]->() } AS tests,
  EXISTS { MATCH (c:Challenge) USING INDEX c:Challenge(controlShare) WHERE c.controlShare > 0.0 } AS controlled
