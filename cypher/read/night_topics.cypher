// night_topics: what each video is about, as the last night found it.
// params: none
// returns: videoId STRING, topicId STRING
// try: :param {}
MATCH (v:Video)-[:ABOUT]->(t:Topic)
RETURN v.id AS videoId, t.id AS topicId
