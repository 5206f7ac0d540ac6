// put_shown: note what a feed showed; a test slot becomes an exposure and is used up, what was noted before stays: which exposure is the last depends on what came of those before, which is the first does not. Of a test slot told after an event that says so (see_slots), the time is that event's.
// params: rows LIST<MAP>
// returns: shown INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', at: 1767225600000, slot: 3, source: 'similar', propensity: 1.0}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
OPTIONAL MATCH (u)-[a:ASSIGNED]->(v)
OPTIONAL MATCH (u)-[e:ENGAGED]->(v)
WITH u, v, a, row, CASE WHEN e.firstPushedAt >= a.at AND e.firstPushedAt <= row.at THEN e.firstPushedAt ELSE row.at END AS at
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = at, r.slot = row.slot, r.source = coalesce(a.source, row.source), r.wave = a.wave,
    r.propensity = coalesce(a.propensity, row.propensity), r.pool = a.pool, r.slots = a.slots, r.assignedAt = a.at,
    r.pending = CASE WHEN a IS NULL THEN null ELSE at END
DELETE a
RETURN count(*) AS shown
