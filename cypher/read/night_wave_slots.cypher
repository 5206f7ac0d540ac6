// night_wave_slots: every test slot that was shown and whose window is over, with its propensity, the people it was drawn from and the slots that were expected of that draw.
// params: since INTEGER
// returns: userId STRING, videoId STRING, source STRING, bits INTEGER, propensity FLOAT, pool INTEGER, slots FLOAT
// try: :param {since: 1764547200000}
MATCH (u:User)-[r:SHOWN]->(v:Video)
USING INDEX r:SHOWN(at)
WHERE r.at > $since
  AND r.bits IS NOT NULL
  AND r.slots > 0.0
  AND NOT coalesce(r.fan, false)
RETURN u.id AS userId, v.id AS videoId, r.source AS source, r.bits AS bits, r.propensity AS propensity, r.pool AS pool, r.slots AS slots
ORDER BY videoId, userId
