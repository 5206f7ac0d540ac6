// engaged_first_at: engagement edges by the time of their first event, for pulses and time windows.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX engaged_first_at IF NOT EXISTS
FOR ()-[e:ENGAGED]-() ON (e.firstAt)
