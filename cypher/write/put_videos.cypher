// put_videos: write the merged properties of videos whole; null removes a property. A rating that analysis proposes stays where it is stricter, a language that it found where none is told; countries of a takedown join those that are told.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'v1', properties: {updatedAt: 1767225600000}}]}
UNWIND $rows AS row
MERGE (n:Video {id: row.id})
SET n += row.properties
REMOVE n:Unannounced:Withheld
WITH n, row.properties.rating AS told, row.properties.language AS language, row.properties.withheldIn AS withheldIn
SET n.foundLanguage = CASE WHEN language IS NULL THEN n.foundLanguage END,
  n.language = CASE WHEN language IS NULL THEN n.foundLanguage ELSE language END,
  n.toldRating = CASE WHEN n.proposedRating IS NOT NULL THEN told END,
  n.rating = CASE
    WHEN n.proposedRating IS NULL THEN n.rating
    WHEN 'adult' IN [n.proposedRating, told] THEN 'adult'
    WHEN told = 'unknown' THEN told
    ELSE n.proposedRating
  END,
  n.toldWithheldIn = CASE WHEN n.withdrawnIn IS NOT NULL THEN withheldIn END,
  n.withheldIn = CASE
    WHEN n.withdrawnIn IS NULL THEN n.withheldIn
    ELSE coalesce(withheldIn, []) + [country IN n.withdrawnIn WHERE NOT country IN coalesce(withheldIn, [])]
  END
FOREACH (_ IN CASE WHEN n.withheldIn IS NULL THEN [] ELSE [1] END | SET n:Withheld)
RETURN count(*) AS nodes
