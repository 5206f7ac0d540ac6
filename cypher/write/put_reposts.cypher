// put_reposts: write of which older video each of some videos is a near-duplicate; one without an origin loses its edge.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v2', origin: 'v1', confidence: 0.9, by: 'image-hash-1'}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
OPTIONAL MATCH (v)-[old:REPOSTS]->(:Video)
DELETE old
WITH DISTINCT row, v
MATCH (o:Video {id: row.origin})
MERGE (v)-[r:REPOSTS]->(o)
SET r.confidence = row.confidence, r.by = row.by
RETURN count(*) AS edges
