// put_challenges: write the merged properties of challenges whole; null removes a property.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'c1', properties: {updatedAt: 1767225600000}}]}
UNWIND $rows AS row
MERGE (n:Challenge {id: row.id})
SET n += row.properties
REMOVE n:Unannounced
RETURN count(*) AS nodes
