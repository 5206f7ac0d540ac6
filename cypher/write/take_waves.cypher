// take_waves: take the waves for one step, if nobody holds them or their lease is over by the server's clock; no row where another step does. The first SET takes the node's lock.
// params: by STRING, leaseMs INTEGER
// returns: now INTEGER (of the last finished step, null before the first)
// try: :param {by: 's1', leaseMs: 600000}
MATCH (s:Settings {id: 'contentgraph'})
SET s.wavesAsked = coalesce(s.wavesAsked, 0) + 1
WITH s
WHERE s.wavesBy = $by OR coalesce(s.wavesUntil, 0) <= timestamp()
SET s.wavesBy = $by, s.wavesUntil = timestamp() + $leaseMs
RETURN s.wavesNow AS now
