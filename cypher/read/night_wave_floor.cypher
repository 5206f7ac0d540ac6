// night_wave_floor: what was made of videos born since that have left their waves, and are not read with those that are in them: of so many seconds of birth one.
// params: since INTEGER, boosted INTEGER (those boosted that were born later are left out), every INTEGER
// returns: videoId STRING, createdAt INTEGER, durationMs INTEGER, language STRING, told LIST<INTEGER> (of each person counted, when she was shown it times 128, plus her flags, plus 32 where she came by likeness, 64 at random)
// try: :param {since: 1764547200000, boosted: 1766620800000, every: 1}
MATCH (v:Video)
WHERE v.createdAt > $since
  AND v.createdAt / 1000 % $every = 0
  AND (v.state = 'stopped' OR v.state IN ['circle', 'everyone'] AND v.createdAt <= $boosted)
CALL (v) {
  MATCH (v)<-[r:SHOWN]-()
  WHERE r.wave IS NOT NULL
    AND NOT r.fan
  RETURN collect(r.at * 128 + r.bits + CASE r.source WHEN 'affinity' THEN 0 WHEN 'likeness' THEN 32 ELSE 64 END) AS told
}
WITH v, told
WHERE size(told) > 0
RETURN v.id AS videoId, v.createdAt AS createdAt, v.durationMs AS durationMs, v.language AS language, told
