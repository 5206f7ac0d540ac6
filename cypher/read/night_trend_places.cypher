// night_trend_places: which kinds have trends where, and how many.
// params: none
// returns: kind STRING, country STRING, language STRING, trends INTEGER
// try: :param {}
MATCH (t:Trend)
RETURN t.kind AS kind, t.country AS country, t.language AS language, count(*) AS trends
