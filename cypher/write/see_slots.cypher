// see_slots: test slots whose video was watched before they lapsed were shown, told or not: at the first event.
// params: none
// returns: slots INTEGER
// try: :param {}
MATCH (u:User)-[a:ASSIGNED]->(v:Video)
USING INDEX a:ASSIGNED(until)
WHERE a.until > 0
MATCH (u)-[e:ENGAGED]->(v)
WHERE e.firstAt >= a.at
  AND e.firstAt < a.until
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = e.firstAt, r.source = a.source, r.wave = a.wave, r.propensity = a.propensity, r.pool = a.pool,
    r.assignedAt = a.at
DELETE a
RETURN count(*) AS slots
