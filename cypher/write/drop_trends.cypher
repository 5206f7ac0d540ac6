// drop_trends: remove the trends of some lists' places, of a kind each, that were told before.
// params: places LIST<LIST<STRING>> (kind, country, language)
// returns: trends INTEGER
// try: :param {places: [['challenge', 'ZZ', 'und']]}
UNWIND $places AS place
MATCH (t:Trend)
WHERE t.kind = place[0] AND t.country = place[1] AND t.language = place[2] AND t.hours IS NOT NULL AND t.rank IS NOT NULL
DELETE t
RETURN count(*) AS trends
