// night_withdrawn: the videos that were taken down, when, where and why.
// params: none
// returns: id STRING, at INTEGER (null: in some countries alone), countries LIST<STRING>, reason STRING
// try: :param {}
MATCH (v:Video)
WHERE v.withdrawnAt IS NOT NULL OR v.withdrawnIn IS NOT NULL
RETURN v.id AS id, v.withdrawnAt AS at, coalesce(v.withdrawnIn, []) AS countries, v.withdrawnFor AS reason
ORDER BY id
