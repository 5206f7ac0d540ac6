// shown_pending: exposures of test slots by time, as long as their window is not settled: a step finds those that are due without reading the others.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX shown_pending IF NOT EXISTS
FOR ()-[r:SHOWN]-() ON (r.pending)
