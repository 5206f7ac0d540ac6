// night_runs: what each finished nightly run counted, as JSON, the oldest first.
// params: none
// returns: id STRING, counts STRING
// try: :param {}
MATCH (r:Run {state: 'finished'})
RETURN r.id AS id, r.counts AS counts
ORDER BY r.startedAt, r.id
