// session_told: all that an anonymous user told, and what she was shown, ready to be joined into an account; no row for anybody else.
// params: userId STRING
// returns: userId STRING, expiresAt INTEGER, pairs LIST<MAP> (videoId, facts), relations LIST<MAP> (type, target, targetId, at, until, reason), shown LIST<MAP> (videoId, shown)
// try: :param {userId: 'u1'}
MATCH (u:User&Anonymous {id: $userId})
RETURN u.id AS userId, u.expiresAt AS expiresAt,
  COLLECT { MATCH (u)-[e:ENGAGED]->(v:Video) RETURN {videoId: v.id, facts: properties(e)} ORDER BY v.id } AS pairs,
  COLLECT {
    MATCH (u)-[r:FOLLOWS|BLOCKS|HIDES|REPORTED]->(x)
    WITH r, CASE WHEN x:User THEN 'User' WHEN x:Video THEN 'Video' WHEN x:Sound THEN 'Sound' ELSE 'Hashtag' END AS target, coalesce(x.id, x.name) AS id
    RETURN {type: type(r), target: target, targetId: id, at: r.at, until: r.until, reason: r.reason} ORDER BY type(r), target, id
  } AS relations,
  COLLECT { MATCH (u)-[r:SHOWN]->(v:Video) RETURN {videoId: v.id, shown: properties(r)} ORDER BY v.id } AS shown
