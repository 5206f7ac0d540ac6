// drop_invited: delete an invitation that was accepted or taken back; one that was declined stays, so that it is not repeated.
// params: videoId STRING, userId STRING
// returns: edges INTEGER
// try: :param {videoId: 'v1', userId: 'u1'}
MATCH (:User {id: $userId})-[r:INVITED]->(:Video {id: $videoId})
WHERE r.declinedAt IS NULL
DELETE r
RETURN count(*) AS edges
