// night_withdrawn: the videos that were taken down, when and why.
// params: none
// returns: id STRING, at INTEGER, reason STRING
// try: :param {}
MATCH (v:Video)
WHERE v.withdrawnAt IS NOT NULL
RETURN v.id AS id, v.withdrawnAt AS at, v.withdrawnFor AS reason
ORDER BY id
