// night_wave_slots: every test slot that was shown and whose window is over, with its propensity and the people it was drawn from.
// params: since INTEGER
// returns: videoId STRING, source STRING, bits INTEGER, propensity FLOAT, pool INTEGER, assignedAt INTEGER
// try: :param {since: 1764547200000}
MATCH (u:User)-[r:SHOWN]->(v:Video)
USING INDEX r:SHOWN(at)
WHERE r.at > $since
  AND r.bits IS NOT NULL
  AND NOT coalesce(r.fan, false)
RETURN v.id AS videoId, r.source AS source, r.bits AS bits, r.propensity AS propensity, r.pool AS pool, r.assignedAt AS assignedAt
ORDER BY videoId, source, propensity
