// put_videos: write the merged properties of videos whole; null removes a property. A rating that analysis proposes stays where it is stricter, a language that it found where none is told.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'v1', properties: {updatedAt: 1767225600000}}]}
UNWIND $rows AS row
MERGE (n:Video {id: row.id})
SET n += row.properties
REMOVE n:Unannounced
WITH n, row.properties.rating AS told, row.properties.language AS language
SET n.foundLanguage = CASE WHEN language IS NULL THEN n.foundLanguage END,
  n.language = CASE WHEN language IS NULL THEN n.foundLanguage ELSE language END,
  n.toldRating = CASE WHEN n.proposedRating IS NOT NULL THEN told END,
  n.rating = CASE
    WHEN n.proposedRating IS NULL THEN n.rating
    WHEN 'adult' IN [n.proposedRating, told] THEN 'adult'
    WHEN told = 'unknown' THEN told
    ELSE n.proposedRating
  END
RETURN count(*) AS nodes
