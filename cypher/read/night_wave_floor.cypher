// night_wave_floor: what the first people made of each video that was tested since: the views that no outcome chose.
// params: since INTEGER, floor INTEGER
// returns: videoId STRING, durationMs INTEGER, language STRING, codes LIST<INTEGER> (flags of each person counted, plus 32 where she came by likeness, 64 at random)
// try: :param {since: 1764547200000, floor: 20}
MATCH (u:User)-[r:SHOWN]->(v:Video)
USING INDEX r:SHOWN(at)
WHERE r.at > $since
  AND r.bits IS NOT NULL
  AND NOT r.fan
WITH v, r.at AS at, u.id AS userId, r.bits + CASE r.source WHEN 'affinity' THEN 0 WHEN 'likeness' THEN 32 ELSE 64 END AS code
ORDER BY at, userId
WITH v, collect(code)[..$floor] AS codes
RETURN v.id AS videoId, v.durationMs AS durationMs, v.language AS language, codes
