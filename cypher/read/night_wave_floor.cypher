// night_wave_floor: what the first people made of each video that was tested since: the views that no outcome chose.
// params: since INTEGER, floor INTEGER
// returns: videoId STRING, durationMs INTEGER, language STRING, sources LIST<STRING>, bits LIST<INTEGER>
// try: :param {since: 1764547200000, floor: 20}
MATCH (u:User)-[r:SHOWN]->(v:Video)
WHERE r.at > $since
  AND r.bits IS NOT NULL
  AND NOT coalesce(r.fan, false)
WITH v, r, u
ORDER BY r.at, u.id
WITH v, collect([r.source, r.bits])[..$floor] AS views
RETURN v.id AS videoId, v.durationMs AS durationMs, v.language AS language, [x IN views | x[0]] AS sources, [x IN views | x[1]] AS bits
