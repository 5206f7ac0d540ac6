// hold_sessions: which of some anonymous users are still there; they stay until the transaction ends. The SET takes a node's lock: whoever waited for it while she was merged or forgotten finds her without properties.
// params: ids LIST<STRING>
// returns: id STRING
// try: :param {ids: ['anonymous:1']}
UNWIND $ids AS id
MATCH (u:User&Anonymous {id: id})
SET u.expiresAt = u.expiresAt
WITH id, u.expiresAt AS endsAt
WHERE endsAt IS NOT NULL
RETURN id
ORDER BY id
