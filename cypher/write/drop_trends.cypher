// drop_trends: remove the trends of one kind that the night before told.
// params: kind STRING
// returns: trends INTEGER
// try: :param {kind: 'challenge'}
MATCH (t:Trend {kind: $kind})
DELETE t
RETURN count(*) AS trends
