// put_media: write what was found in the media of some videos, whole; a proposed rating makes stricter, unless a person overruled it.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1', properties: {signature: 's', durationMs: 15000}, proposed: null}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
MERGE (m:Media {id: row.id})
SET m = row.properties, m.id = row.id
MERGE (v)-[:HAS]->(m)
WITH v, CASE WHEN v.overruledBy IS NULL THEN row.proposed END AS proposed,
  CASE WHEN v.proposedRating IS NULL THEN v.rating ELSE v.toldRating END AS told
CALL (v, proposed, told) {
  WITH v, proposed, told
  WHERE proposed IS NOT NULL OR v.proposedRating IS NOT NULL
  SET v.proposedRating = proposed,
    v.toldRating = CASE WHEN proposed IS NOT NULL THEN told END,
    v.rating = CASE
      WHEN proposed IS NULL THEN told
      WHEN 'adult' IN [proposed, told] THEN 'adult'
      WHEN told = 'unknown' THEN told
      ELSE proposed
    END
}
RETURN count(*) AS videos
