// free_night: give the graph back after a nightly run.
// params: by STRING
// returns: runs INTEGER
// try: :param {by: 'host/1/a'}
MATCH (s:Settings {id: 'contentgraph'})
SET s.nightAsked = coalesce(s.nightAsked, 0) + 1
WITH s
WHERE s.nightBy = $by
SET s.nightUntil = 0
RETURN count(*) AS runs
