// withdraw_videos: take videos down: out of feeds, lists and tests at once; what a catalogue said of their removal is kept apart.
// params: ids LIST<STRING>, at INTEGER, reason STRING (null where none is given)
// returns: videoId STRING
// try: :param {ids: ['v1'], at: 1767225600000, reason: null}
UNWIND $ids AS id
MATCH (v:Video {id: id})
SET v.withdrawnAt = coalesce(v.withdrawnAt, $at), v.withdrawnFor = coalesce($reason, v.withdrawnFor)
SET v.removedAt = coalesce(v.removedAt, v.withdrawnAt)
WITH v
CALL (v) {
  MATCH (v)<-[f:FEATURED|ASSIGNED]-()
  DELETE f
}
RETURN v.id AS videoId
