// restore_video: undo a takedown everywhere; a removal that the catalogue told stays. Lists have the video again from the next night on.
// params: id STRING
// returns: videoId STRING, removed BOOLEAN (still, by the catalogue)
// try: :param {id: 'v1'}
MATCH (v:Video {id: $id})
WHERE v.withdrawnAt IS NOT NULL
SET v.removedAt = CASE WHEN v.removedAt = v.withdrawnAt THEN null ELSE v.removedAt END
SET v.withdrawnAt = null, v.withdrawnFor = CASE WHEN v.withdrawnIn IS NOT NULL THEN v.withdrawnFor END
RETURN v.id AS videoId, v.removedAt IS NOT NULL AS removed
