// decline_invited: note that a user declined to create a video together, for good; the first time stays.
// params: videoId STRING, userId STRING, at INTEGER (epoch ms)
// returns: edges INTEGER
// try: :param {videoId: 'v1', userId: 'u1', at: 1767225600000}
MATCH (:User {id: $userId})-[r:INVITED]->(:Video {id: $videoId})
SET r.declinedAt = coalesce(r.declinedAt, $at)
RETURN count(*) AS edges
