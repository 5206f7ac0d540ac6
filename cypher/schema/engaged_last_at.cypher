// engaged_last_at: engagements by their last event: what the last weeks brought is found without reading the rest.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX engaged_last_at IF NOT EXISTS
FOR ()-[e:ENGAGED]-() ON (e.lastAt)
