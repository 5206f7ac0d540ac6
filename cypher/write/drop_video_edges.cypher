// drop_video_edges: delete edges of one video, some at a time; those stay that tell whose it is, what it carries and what is its own.
// params: videoId STRING, limit INTEGER
// returns: edges INTEGER
// try: :param {videoId: 'v1', limit: 10000}
MATCH (v:Video {id: $videoId})-[r]-()
WHERE NOT type(r) IN ['CREATED', 'TAGGED', 'USES', 'ANSWERS', 'ABOUT', 'OBSERVED', 'DECIDED', 'HAS']
WITH r
ORDER BY type(r), elementId(r)
LIMIT $limit
DELETE r
RETURN count(*) AS edges
