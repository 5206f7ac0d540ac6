// put_videos: write the merged properties of videos whole; null removes a property.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'v1', properties: {updatedAt: 1767225600000}}]}
UNWIND $rows AS row
MERGE (n:Video {id: row.id})
SET n += row.properties
REMOVE n:Unannounced
RETURN count(*) AS nodes
