// take_night: take the graph for one nightly run, if nobody holds it, the holder is known to be dead, or its lease is over by the server's clock; no row where another run does. The first SET takes the node's lock.
// params: by STRING, dead STRING (null where none is known to be), leaseMs INTEGER
// returns: until INTEGER
// try: :param {by: 'host/1/a', dead: null, leaseMs: 120000}
MERGE (s:Settings {id: 'contentgraph'})
SET s.nightAsked = coalesce(s.nightAsked, 0) + 1
WITH s
WHERE s.nightBy = $by OR s.nightBy = $dead OR coalesce(s.nightUntil, 0) <= timestamp()
SET s.nightBy = $by, s.nightUntil = timestamp() + $leaseMs
RETURN s.nightUntil AS until
