// journey: where one video stands in its waves, and every decision about it, the first first; a row without a decision where there is none yet.
// params: videoId STRING
// returns: state STRING, wave INTEGER, waiting INTEGER (test slots not shown yet), running INTEGER (people whose window is not over), people INTEGER (counted: their window is over, and they are no fans), points FLOAT (their mean; null without any), decision MAP
// try: :param {videoId: 'v1'}
MATCH (v:Video {id: $videoId})
MATCH (s:Settings {id: 'contentgraph'})
MATCH (p:PointScale {version: s.scaleVersion})
CALL (v, p) {
  OPTIONAL MATCH (v)<-[r:SHOWN]-()
  WHERE r.wave IS NOT NULL
    AND NOT r.fan
  RETURN count(r) AS people, avg(p.rewatch * (r.bits / 2 % 2) + p.completion * (r.bits % 2) + p.share * (r.bits / 4 % 2)
    + p.comment * (r.bits / 8 % 2) + p.like * (r.bits / 16 % 2)) AS points
}
OPTIONAL MATCH (v)-[:DECIDED]->(d:Decision)
RETURN v.state AS state, v.wave AS wave, COUNT { (v)<-[:ASSIGNED]-() } AS waiting,
  COUNT { MATCH (v)<-[r:SHOWN]-() WHERE r.wave IS NOT NULL AND r.bits IS NULL } AS running, people, points, properties(d) AS decision
ORDER BY d.number, d.id
