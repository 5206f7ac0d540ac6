// drop_trends: remove the trends of the night before.
// params: none
// returns: trends INTEGER
// try: :param {}
MATCH (t:Trend)
WHERE t.kind IN ['challenge', 'hashtag', 'sound', 'topic', 'video', 'creator']
DELETE t
RETURN count(*) AS trends
