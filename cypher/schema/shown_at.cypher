// shown_at: exposures by time, for windows that close and days that end.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX shown_at IF NOT EXISTS
FOR ()-[r:SHOWN]-() ON (r.at)
