// keep_night: have the lease of a nightly run begin anew; no row where another run took the graph since. The first SET takes the node's lock.
// params: by STRING, leaseMs INTEGER
// returns: until INTEGER
// try: :param {by: 'host/1/a', leaseMs: 120000}
MATCH (s:Settings {id: 'contentgraph'})
SET s.nightAsked = coalesce(s.nightAsked, 0) + 1
WITH s
WHERE s.nightBy = $by
SET s.nightUntil = timestamp() + $leaseMs
RETURN s.nightUntil AS until
