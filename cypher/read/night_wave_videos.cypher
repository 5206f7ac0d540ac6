// night_wave_videos: videos in their waves, and those boosted that were born after since, with what the people counted made of them.
// params: states LIST<STRING>, since INTEGER
// returns: id STRING, state STRING, wave INTEGER, createdAt INTEGER, durationMs INTEGER, language STRING, gone BOOLEAN, decisions INTEGER, decidedAt INTEGER (of videos boosted to everyone), waiting INTEGER, shown INTEGER, running INTEGER, fans INTEGER, codes LIST<INTEGER> (flags of each person counted, plus 32 where she came by likeness, 64 at random), later LIST<INTEGER> (the same of those shown after decidedAt)
// try: :param {states: ['waiting', 'floor', 'growing', 'circle', 'everyone'], since: 1766620800000}
MATCH (v:Video)
WHERE v.state IN $states
  AND (v.state IN ['waiting', 'floor', 'growing'] OR v.createdAt > $since)
CALL (v) {
  OPTIONAL MATCH (v)-[:DECIDED]->(d:Decision)
  RETURN count(d) AS decisions, max(CASE WHEN v.state = 'everyone' THEN d.at END) AS decidedAt
}
CALL (v, decidedAt) {
  OPTIONAL MATCH (v)<-[r:SHOWN]-()
  WHERE r.wave IS NOT NULL
  WITH r, decidedAt, CASE WHEN r.bits IS NOT NULL AND NOT r.fan THEN
    r.bits + CASE r.source WHEN 'affinity' THEN 0 WHEN 'likeness' THEN 32 ELSE 64 END END AS code
  RETURN count(r) AS shown, count(r) - count(r.bits) AS running, count(CASE WHEN r.fan THEN 1 END) AS fans,
    collect(CASE WHEN decidedAt IS NULL OR r.at <= decidedAt THEN code END) AS codes,
    collect(CASE WHEN r.at > decidedAt THEN code END) AS later
}
RETURN v.id AS id, v.state AS state, coalesce(v.wave, 0) AS wave, v.createdAt AS createdAt, v.durationMs AS durationMs, v.language AS language,
  v.removedAt IS NOT NULL OR v:Unannounced OR EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL } AS gone,
  decisions, decidedAt, COUNT { (v)<-[:ASSIGNED]-() } AS waiting, shown, running, fans, codes, later
