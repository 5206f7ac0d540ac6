// drop_unnamed: remove what nothing names any more: hashtags and sounds that nothing carries, and unannounced users, videos and challenges without edges.
// params: none
// returns: nodes INTEGER
// try: :param {}
MATCH (n:Hashtag|Sound|Unannounced)
WHERE NOT EXISTS { (n)-[:CREATED|FOLLOWS|BLOCKS|HIDES|REPORTED|ENGAGED|SAW|TAGGED|USES|ANSWERS|MENTIONS|REMIXES|MARKED_BY|LAUNCHED|SPONSORS|OBSERVED]-() }
DETACH DELETE n
RETURN count(*) AS nodes
