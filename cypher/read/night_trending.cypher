// night_trending: the videos that trend within a day in each country and in the world ('ZZ'), a row a list, as suggest takes them.
// params: none
// returns: country STRING, videoIds LIST<STRING>, ranks LIST<INTEGER>
// try: :param {}
MATCH (s:Settings {id: 'contentgraph'})
MATCH (t:Trend)
WHERE t.kind = 'video' AND t.language = 'und' AND t.hours = 24 AND t.rank <= 20
OPTIONAL MATCH (w:Review {kind: 'video', entity: t.entity})
WITH s, t, w
WHERE coalesce(w.approved, NOT coalesce(s.review, false))
RETURN t.country AS country, collect(t.entity) AS videoIds, collect(t.rank) AS ranks
ORDER BY country
