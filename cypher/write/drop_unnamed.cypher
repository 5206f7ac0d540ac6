// drop_unnamed: remove what nothing names any more, some at a time: hashtags and sounds that nothing carries, what was found in media of no video, and unannounced users, videos and challenges without edges.
// params: limit INTEGER
// returns: nodes INTEGER
// try: :param {limit: 10000}
MATCH (n:Hashtag|Sound|Unannounced|Media)
WHERE NOT EXISTS { (n)-[:CREATED|FOLLOWS|BLOCKS|HIDES|REPORTED|ENGAGED|SAW|TAGGED|USES|ANSWERS|MENTIONS|REMIXES|MARKED_BY|LAUNCHED|SPONSORS|OBSERVED|HAS]-() }
WITH n
ORDER BY labels(n)[0], elementId(n)
LIMIT $limit
DETACH DELETE n
RETURN count(*) AS nodes
