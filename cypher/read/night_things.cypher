// night_things: every sound, hashtag and challenge that says something and may be shown, how it is called, and of a sound the oldest that is the same.
// params: none
// returns: kind STRING, id STRING, title STRING, sameAs STRING
// try: :param {}
MATCH (x:Sound|Hashtag|Challenge)
WHERE NOT coalesce(x.generic, false) AND x.removedAt IS NULL AND NOT x:Unannounced
RETURN CASE WHEN x:Sound THEN 'sound' WHEN x:Hashtag THEN 'hashtag' ELSE 'challenge' END AS kind,
  coalesce(x.id, x.name) AS id, coalesce(x.title, x.name) AS title,
  head([(x)-[:SAME_AS]->(y:Sound) | y.id]) AS sameAs
