// put_trends: write the trends of this night.
// params: rows LIST<MAP>
// returns: trends INTEGER
// try: :param {rows: [{kind: 'challenge', country: 'ZZ', language: 'und', hours: 24, rank: 1, entity: 'c1', score: 9.0, observed: 90, expected: 10.0, factor: 9.0, since: 1767225600000, series: [1, 2], also: [], videos: ['v1'], countries: ['FR'], people: [9]}]}
UNWIND $rows AS row
CREATE (t:Trend)
SET t = row
RETURN count(*) AS trends
