// merge_shown: join what an anonymous session was shown into an account; of two exposures to one video one stays whole, what was shown before what was held back, then the earlier.
// params: rows LIST<MAP>
// returns: shown INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', shown: {at: 1767225600000, slot: 3, source: 'similar', propensity: 1.0}}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r = row.shown
FOREACH (better IN CASE
    WHEN coalesce(row.shown.source = 'control', false) = coalesce(r.source = 'control', false) AND row.shown.at < r.at THEN [row.shown]
    WHEN r.source = 'control' AND coalesce(row.shown.source <> 'control', true) THEN [row.shown]
    ELSE [] END |
  SET r = better
)
RETURN count(*) AS shown
