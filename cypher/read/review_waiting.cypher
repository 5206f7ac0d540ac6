// review_waiting: entities of one kind that trend somewhere and on which nobody has decided, best first. For staff: it names what is not shown.
// params: kind STRING (challenge, hashtag, sound, topic, video or creator), limit INTEGER
// returns: id STRING, score FLOAT (descending), lists INTEGER
// try: :param {kind: 'hashtag', limit: 50}
MATCH (t:Trend)
WHERE t.kind = $kind AND t.country IS NOT NULL AND t.language IS NOT NULL AND t.hours IS NOT NULL AND t.rank IS NOT NULL
WITH t.entity AS id, max(t.score) AS score, count(*) AS lists
OPTIONAL MATCH (w:Review {kind: $kind, entity: id})
WITH id, score, lists, w
WHERE w IS NULL
RETURN id, score, lists
ORDER BY score DESC, id
LIMIT $limit
