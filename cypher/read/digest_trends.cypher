// digest_trends: every stored trend.
// params: none
// returns: properties MAP
// try: :param {}
MATCH (t:Trend)
RETURN properties(t) AS properties
ORDER BY t.kind, t.country, t.hours, t.rank
