// trend_rank: shown trends by kind, country and window, in their order.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX trend_rank IF NOT EXISTS
FOR (t:Trend) ON (t.kind, t.country, t.hours, t.rank)
