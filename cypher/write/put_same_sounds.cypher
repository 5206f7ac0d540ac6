// put_same_sounds: write whose sound each of some videos has too, the oldest that has it; one without loses its edge.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v2', origin: 'v1', confidence: 0.9, by: 'soundprint-1'}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
OPTIONAL MATCH (v)-[old:SAME_SOUND]->(:Video)
DELETE old
WITH DISTINCT row, v
MATCH (o:Video {id: row.origin})
MERGE (v)-[r:SAME_SOUND]->(o)
SET r.confidence = row.confidence, r.by = row.by
RETURN count(*) AS edges
