// drop_slots: take back the test slots that have lapsed by now, some at a time.
// params: now INTEGER, limit INTEGER
// returns: slots INTEGER
// try: :param {now: 1767225600000, limit: 20000}
MATCH (u:User)-[a:ASSIGNED]->()
USING INDEX a:ASSIGNED(until)
WHERE a.until <= $now
WITH a, u
ORDER BY a.until, u.id
LIMIT $limit
DELETE a
RETURN count(*) AS slots
