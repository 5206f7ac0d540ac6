// put_shown: note what a feed showed; a test slot becomes an exposure and is used up, what was noted before stays: which exposure is the last depends on what came of those before, which is the first does not.
// params: rows LIST<MAP>
// returns: shown INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', at: 1767225600000, slot: 3, source: 'similar', propensity: 1.0}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
OPTIONAL MATCH (u)-[a:ASSIGNED]->(v)
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = row.at, r.slot = row.slot, r.source = coalesce(a.source, row.source), r.wave = a.wave,
    r.propensity = coalesce(a.propensity, row.propensity), r.pool = a.pool, r.slots = a.slots, r.assignedAt = a.at,
    r.pending = CASE WHEN a IS NULL THEN null ELSE row.at END
DELETE a
RETURN count(*) AS shown
