// night_wave_videos: videos in their waves, and those boosted that were born after since, with what the people counted made of them.
// params: states LIST<STRING>, since INTEGER, parts INTEGER, part INTEGER (of so many parts, by the second of birth, this one)
// returns: id STRING, state STRING, wave INTEGER, createdAt INTEGER, durationMs INTEGER, language STRING, gone BOOLEAN, decisions INTEGER, decidedAt INTEGER (of those boosted, when to where they stand), waiting INTEGER, shown INTEGER, running INTEGER, fans INTEGER, auditing INTEGER (of those boosted, people of the sources of their exit who wait for their slot or were shown it since, and whose window is not over; of others, who wait), told LIST<INTEGER> (of each person counted, when she was shown it times 128, plus her flags, plus 32 where she came by likeness, 64 at random)
// try: :param {states: ['waiting', 'floor', 'growing', 'circle', 'everyone'], since: 1766620800000, parts: 1, part: 0}
MATCH (v:Video)
WHERE v.state IN $states
  AND (v.state IN ['waiting', 'floor', 'growing'] OR v.createdAt > $since)
  AND coalesce(v.createdAt, 0) / 1000 % $parts = $part
CALL (v) {
  OPTIONAL MATCH (v)-[:DECIDED]->(d:Decision)
  RETURN count(d) AS decisions, max(CASE WHEN v.state IN ['circle', 'everyone'] THEN d.at END) AS decidedAt
}
CALL (v, decidedAt) {
  OPTIONAL MATCH (v)<-[r:SHOWN]-()
  WHERE r.wave IS NOT NULL
  WITH v, decidedAt, r, r.bits AS bits, r.fan AS fan
  RETURN count(r) AS shown, count(bits) AS settled, count(CASE WHEN fan THEN 1 END) AS fans,
    count(CASE WHEN bits IS NULL AND r.at >= decidedAt AND (v.state = 'everyone') = (r.source = 'random') THEN 1 END) AS since,
    collect(CASE WHEN NOT fan THEN
      r.at * 128 + bits + CASE r.source WHEN 'affinity' THEN 0 WHEN 'likeness' THEN 32 ELSE 64 END END) AS told
}
RETURN v.id AS id, v.state AS state, coalesce(v.wave, 0) AS wave, v.createdAt AS createdAt, v.durationMs AS durationMs, v.language AS language,
  v.removedAt IS NOT NULL OR v:Unannounced OR EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL } AS gone,
  decisions, decidedAt, COUNT { (v)<-[:ASSIGNED]-() } AS waiting, shown, shown - settled AS running, fans,
  since + COUNT { MATCH (v)<-[a:ASSIGNED]-() WHERE decidedAt IS NULL OR (v.state = 'everyone') = (a.source = 'random') } AS auditing, told
