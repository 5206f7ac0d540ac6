// drop_invited: delete an invitation that was accepted or taken back; one that was declined stays, so that it is not repeated.
// params: videoId STRING, userId STRING
// returns: edges INTEGER
// try: :param {videoId: 'v1', userId: 'u1'}
MATCH (:User {id: $userId})-[r:INVITED]->(v:Video {id: $videoId})
WHERE r.declinedAt IS NULL
// Locks the video: who accepts tells all its creators next, and another may accept at the same time.
SET v.updatedAt = v.updatedAt
DELETE r
RETURN count(*) AS edges
