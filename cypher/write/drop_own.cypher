// drop_own: delete what is one video's own, some at a time: its counters, its decisions and what was found in its media.
// params: videoId STRING, limit INTEGER
// returns: nodes INTEGER
// try: :param {videoId: 'v1', limit: 10000}
MATCH (:Video {id: $videoId})-[:OBSERVED|DECIDED|HAS]->(own)
WITH own
ORDER BY labels(own)[0], elementId(own)
LIMIT $limit
DETACH DELETE own
RETURN count(*) AS nodes
