// put_withheld: note which videos a feed would have shown and held back; what was noted before stays, and a test slot is not used up.
// params: rows LIST<MAP>
// returns: withheld INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', at: 1767225600000, slot: 3, propensity: 1.0}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
MERGE (u)-[r:SHOWN]->(v)
  ON CREATE SET r.at = row.at, r.slot = row.slot, r.source = 'control', r.propensity = row.propensity
RETURN count(*) AS withheld
