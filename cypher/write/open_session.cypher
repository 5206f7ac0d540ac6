// open_session: an anonymous user, who is forgotten when she expires unless she is merged into an account.
// params: userId STRING, properties MAP
// returns: userId STRING
// try: :param {userId: 'anonymous:1', properties: {expiresAt: 1767312000000, languages: ['en']}}
MERGE (u:User {id: $userId})
  ON CREATE SET u:Anonymous, u += $properties
RETURN u.id AS userId
