// see_slots: test slots whose video was watched before they lapsed were shown, told or not: at the first event. Some at a time.
// params: limit INTEGER
// returns: slots INTEGER
// try: :param {limit: 20000}
MATCH (u:User)-[a:ASSIGNED]->(v:Video)
USING INDEX a:ASSIGNED(until)
WHERE a.until > 0
MATCH (u)-[e:ENGAGED]->(v)
WHERE e.firstAt >= a.at
  AND e.firstAt < a.until
WITH u, a, v, e
ORDER BY a.until, u.id
LIMIT $limit
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = e.firstAt, r.source = a.source, r.wave = a.wave, r.propensity = a.propensity, r.pool = a.pool, r.slots = a.slots,
    r.assignedAt = a.at, r.pending = e.firstAt
DELETE a
RETURN count(*) AS slots
