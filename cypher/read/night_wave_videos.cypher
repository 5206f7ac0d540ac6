// night_wave_videos: videos in their waves, and those boosted that were born after since, with what people made of them; parallel lists hold the people counted.
// params: states LIST<STRING>, since INTEGER
// returns: id STRING, state STRING, wave INTEGER, createdAt INTEGER, durationMs INTEGER, language STRING, gone BOOLEAN, decisions INTEGER, decidedAt INTEGER, waiting INTEGER, shown INTEGER, running INTEGER, fans INTEGER, sources LIST<STRING>, bits LIST<INTEGER>, at LIST<INTEGER>
// try: :param {states: ['waiting', 'floor', 'growing', 'circle', 'everyone'], since: 1766620800000}
MATCH (v:Video)
WHERE v.state IN $states
  AND (v.state IN ['waiting', 'floor', 'growing'] OR v.createdAt > $since)
CALL (v) {
  OPTIONAL MATCH (v)<-[r:SHOWN]-()
  WHERE r.wave IS NOT NULL
  WITH r, r.bits IS NOT NULL AND NOT coalesce(r.fan, false) AS counts
  ORDER BY r.at, r.propensity
  RETURN count(r) AS shown, count(CASE WHEN r.bits IS NULL AND r IS NOT NULL THEN 1 END) AS running,
    count(CASE WHEN r.fan THEN 1 END) AS fans, collect(CASE WHEN counts THEN r.source END) AS sources,
    collect(CASE WHEN counts THEN r.bits END) AS bits, collect(CASE WHEN counts THEN r.at END) AS at
}
CALL (v) {
  OPTIONAL MATCH (v)-[:DECIDED]->(d:Decision)
  RETURN count(d) AS decisions, max(d.at) AS decidedAt
}
RETURN v.id AS id, v.state AS state, coalesce(v.wave, 0) AS wave, v.createdAt AS createdAt, v.durationMs AS durationMs, v.language AS language,
  v.removedAt IS NOT NULL OR v:Unannounced OR EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL } AS gone,
  decisions, decidedAt, COUNT { (v)<-[:ASSIGNED]-() } AS waiting, shown, running, fans, sources, bits, at
