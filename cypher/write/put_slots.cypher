// put_slots: give people test slots; whoever holds one of that video, was shown or watched it keeps what she has.
// params: rows LIST<MAP>
// returns: slots INTEGER
// try: :param {rows: [{userId: 'u1', videoId: 'v1', slot: {at: 1767225600000, until: 1767312000000, source: 'random', wave: 1, propensity: 0.01, pool: 4000, slots: 7.6, turn: 7}}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (v:Video {id: row.videoId})
WHERE NOT EXISTS { (u)-[:SHOWN|ENGAGED|SAW]->(v) }
MERGE (u)-[a:ASSIGNED]->(v)
  ON CREATE SET a += row.slot
RETURN count(*) AS slots
