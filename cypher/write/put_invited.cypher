// put_invited: note that a user is invited to create a video together; the latest time stays, and so does that she declined.
// params: videoId STRING, userId STRING, at INTEGER (epoch ms)
// returns: edges INTEGER
// try: :param {videoId: 'v1', userId: 'u1', at: 1767225600000}
MATCH (u:User {id: $userId})
MATCH (v:Video {id: $videoId})
MERGE (u)-[r:INVITED]->(v)
SET r.at = CASE WHEN r.at >= $at THEN r.at ELSE $at END
RETURN count(*) AS edges
