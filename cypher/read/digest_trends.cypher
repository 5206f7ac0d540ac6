// digest_trends: every stored trend but those of topics, which are history.
// params: none
// returns: properties MAP
// try: :param {}
MATCH (t:Trend)
WHERE t.kind <> 'topic'
RETURN properties(t) AS properties
ORDER BY t.kind, t.country, t.language, t.hours, t.rank, t.entity
