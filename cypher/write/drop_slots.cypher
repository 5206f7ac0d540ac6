// drop_slots: take back the test slots that have lapsed by now.
// params: now INTEGER
// returns: slots INTEGER
// try: :param {now: 1767225600000}
MATCH ()-[a:ASSIGNED]->()
USING INDEX a:ASSIGNED(until)
WHERE a.until <= $now
DELETE a
RETURN count(*) AS slots
