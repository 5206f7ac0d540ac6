// see_slots: test slots of which an event says that they were shown, before they lapsed: one whose source begins with wave, or is trending (an engagement keeps both as one). Whoever found the video elsewhere, by a search or a link, was not shown it in her slot. Some at a time.
// params: limit INTEGER
// returns: slots INTEGER
// try: :param {limit: 20000}
MATCH (u:User)-[a:ASSIGNED]->(v:Video)
USING INDEX a:ASSIGNED(until)
WHERE a.until > 0
MATCH (u)-[e:ENGAGED]->(v)
WHERE e.firstPushedAt >= a.at
  AND e.firstPushedAt < a.until
WITH u, a, v, e
ORDER BY a.until, u.id
LIMIT $limit
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = e.firstPushedAt, r.source = a.source, r.wave = a.wave, r.propensity = a.propensity, r.pool = a.pool, r.slots = a.slots,
    r.assignedAt = a.at, r.pending = e.firstPushedAt
DELETE a
RETURN count(*) AS slots
