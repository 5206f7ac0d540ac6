// free_waves: give the waves back; now is remembered where the step was finished.
// params: by STRING, now INTEGER (null where it was not)
// returns: steps INTEGER
// try: :param {by: 's1', now: 1767225600000}
MATCH (s:Settings {id: 'contentgraph'})
SET s.wavesAsked = coalesce(s.wavesAsked, 0) + 1
WITH s
WHERE s.wavesBy = $by
SET s.wavesUntil = 0, s.wavesNow = coalesce($now, s.wavesNow)
RETURN count(*) AS steps
