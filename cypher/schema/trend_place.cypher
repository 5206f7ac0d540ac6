// trend_place: shown trends by kind, country, language and window, in their order.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX trend_place IF NOT EXISTS
FOR (t:Trend) ON (t.kind, t.country, t.language, t.hours, t.rank)
