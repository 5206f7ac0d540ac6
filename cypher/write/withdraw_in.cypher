// withdraw_in: take a video down in some countries, out of every answer to viewers there or of unknown country at once, or let it be shown there again; where a catalogue told that it is withheld is kept apart.
// params: id STRING, countries LIST<STRING>, down BOOLEAN, reason STRING (null where none is given)
// returns: videoId STRING, before LIST<STRING> (where it was down by such a decision), withheldIn LIST<STRING> (where it may not be shown now), removed BOOLEAN (it may be shown nowhere)
// try: :param {id: 'v1', countries: ['DE'], down: true, reason: null}
MATCH (v:Video {id: $id})
// Takes the lock: what is read next is what others decided.
SET v.id = v.id
WITH v, coalesce(v.withdrawnIn, []) AS before, CASE WHEN v.withdrawnIn IS NULL THEN v.withheldIn ELSE v.toldWithheldIn END AS told
WITH v, before, told, [country IN before WHERE NOT country IN $countries] + CASE WHEN $down THEN $countries ELSE [] END AS decided
SET v.withheldIn = CASE
    WHEN size(decided) = 0 THEN told
    ELSE coalesce(told, []) + [country IN decided WHERE NOT country IN coalesce(told, [])]
  END,
  v.toldWithheldIn = CASE WHEN size(decided) > 0 THEN told END,
  v.withdrawnIn = CASE WHEN size(decided) > 0 THEN decided END,
  v.withdrawnFor = CASE WHEN size(decided) > 0 OR v.withdrawnAt IS NOT NULL THEN coalesce($reason, v.withdrawnFor) END
REMOVE v:Withheld
FOREACH (_ IN CASE WHEN v.withheldIn IS NULL THEN [] ELSE [1] END | SET v:Withheld)
RETURN v.id AS videoId, before, coalesce(v.withheldIn, []) AS withheldIn, v.removedAt IS NOT NULL AS removed
