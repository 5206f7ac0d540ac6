// night_wave_floor: what the first people made of each video in waves that was born since: the views that no outcome chose.
// params: since INTEGER, floor INTEGER
// returns: videoId STRING, durationMs INTEGER, language STRING, codes LIST<INTEGER> (flags of each person counted, plus 32 where she came by likeness, 64 at random)
// try: :param {since: 1764547200000, floor: 20}
MATCH (v:Video)
WHERE v.createdAt > $since
  AND v.state IS NOT NULL
CALL (v) {
  MATCH (v)<-[r:SHOWN]-(u:User)
  WHERE r.bits IS NOT NULL
    AND NOT r.fan
  WITH r, u
  ORDER BY r.at, u.id
  LIMIT $floor
  RETURN collect(r.bits + CASE r.source WHEN 'affinity' THEN 0 WHEN 'likeness' THEN 32 ELSE 64 END) AS codes
}
WITH v, codes
WHERE size(codes) > 0
RETURN v.id AS videoId, v.durationMs AS durationMs, v.language AS language, codes
