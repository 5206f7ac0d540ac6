// put_same_as: write of which sound each of some sounds is another id.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 's2', origin: 's1', confidence: 0.9, by: 'soundprint-1'}]}
UNWIND $rows AS row
MATCH (s:Sound {id: row.id})
MATCH (o:Sound {id: row.origin})
MERGE (s)-[r:SAME_AS]->(o)
SET r.confidence = row.confidence, r.by = row.by
RETURN count(*) AS edges
