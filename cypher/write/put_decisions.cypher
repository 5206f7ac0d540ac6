// put_decisions: write steps of videos, at most one a video, each only onto the state and the number of steps that it starts from.
// params: rows LIST<MAP>
// returns: decisions INTEGER
// try: :param {rows: [{id: 'v1#1', videoId: 'v1', number: 1, before: 'waiting', after: 'floor', wave: 1, properties: {videoId: 'v1', number: 1, at: 1767225600000, before: 'waiting', after: 'floor', wave: 1, sentence: 'First audience: every new video gets one.'}}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.videoId})
SET v.wave = coalesce(v.wave, 0)
WITH v, row
WHERE v.state = row.before
  AND COUNT { (v)-[:DECIDED]->() } = row.number - 1
MERGE (d:Decision {id: row.id})
SET d += row.properties
MERGE (v)-[:DECIDED]->(d)
SET v.state = row.after, v.wave = row.wave
RETURN count(*) AS decisions
