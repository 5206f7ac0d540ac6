// night_wave_taken: who has how many test slots that are waiting, or were given after the given time and shown.
// params: after INTEGER
// returns: slots INTEGER, userIds LIST<STRING>
// try: :param {after: 1767139200000}
CALL () {
  MATCH (u:User)-[a:ASSIGNED]->()
  USING INDEX a:ASSIGNED(until)
  WHERE a.until > 0
  RETURN u
  UNION ALL
  MATCH (u:User)-[r:SHOWN]->()
  USING INDEX r:SHOWN(at)
  WHERE r.at > $after
    AND r.assignedAt > $after
  RETURN u
}
WITH u.id AS id, count(*) AS slots
RETURN slots, collect(id) AS userIds
