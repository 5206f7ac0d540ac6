// put_media: write what was found in the media or the text of some videos (null: not found any more); a proposed rating makes stricter, unless a person overruled it, and a found language stands for one that nobody told.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1', properties: {signature: 's', durationMs: 15000}, language: null}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
MERGE (m:Media {id: row.id})
SET m += row.properties
MERGE (v)-[:HAS]->(m)
WITH v, row, CASE WHEN v.foundLanguage IS NULL THEN v.language END AS told
SET v.language = coalesce(told, row.language),
  v.foundLanguage = CASE WHEN told IS NULL THEN row.language END
WITH v, row.properties.ratingBy IS NOT NULL AS judged,
  CASE WHEN v.overruledBy IS NULL THEN row.properties.proposedRating END AS proposed,
  CASE WHEN v.proposedRating IS NULL THEN v.rating ELSE v.toldRating END AS told
CALL (v, judged, proposed, told) {
  WITH v, judged, proposed, told
  WHERE judged AND (proposed IS NOT NULL OR v.proposedRating IS NOT NULL)
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
