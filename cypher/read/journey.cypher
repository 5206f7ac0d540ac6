// journey: where one video stands in its waves, and every decision about it, the first first; a row without a decision where there is none yet.
// params: videoId STRING
// returns: state STRING, wave INTEGER, waiting INTEGER (test slots not shown yet), running INTEGER (people whose window is not over), decision MAP
// try: :param {videoId: 'v1'}
MATCH (v:Video {id: $videoId})
OPTIONAL MATCH (v)-[:DECIDED]->(d:Decision)
RETURN v.state AS state, v.wave AS wave, COUNT { (v)<-[:ASSIGNED]-() } AS waiting,
  COUNT { MATCH (v)<-[r:SHOWN]-() WHERE r.wave IS NOT NULL AND r.bits IS NULL } AS running, properties(d) AS decision
ORDER BY d.number, d.id
