// put_control: say which share of people a challenge is held back from, and from when on; its key is kept once it has one. A share of 0 ends it. Times are those of exposures: after all that were noted by now.
// params: id STRING, share FLOAT, key STRING, known INTEGER (up to when it is known what people did), latest INTEGER (exposures of a later time are mistakes)
// returns: challenges INTEGER
// try: :param {id: 'c1', share: 0.1, key: '00ff', known: 1767225600000, latest: 1767225900000}
MATCH (c:Challenge {id: $id})
CALL () {
  MATCH ()-[r:SHOWN]->()
  USING INDEX r:SHOWN(at)
  WHERE r.at >= $known
    AND r.at <= $latest
  RETURN coalesce(max(r.at) + 1, $known) AS at
}
WITH c, at, coalesce(c.controlShare, 0.0) AS share
SET c.controlKey = coalesce(c.controlKey, $key), c.controlShare = $share,
  c.controlSince = CASE WHEN $share > 0.0 AND $share <> share THEN at ELSE c.controlSince END,
  c.controlUntil = CASE WHEN $share > 0.0 THEN null WHEN share > 0.0 THEN at ELSE c.controlUntil END
RETURN count(*) AS challenges
