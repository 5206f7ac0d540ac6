// last_run: the newest finished nightly run.
// params: none
// returns: id STRING, now INTEGER, startedAt INTEGER, seconds STRING, counts STRING
// try: :param {}
MATCH (r:Run {state: 'finished'})
RETURN r.id AS id, r.now AS now, r.startedAt AS startedAt, r.seconds AS seconds, r.counts AS counts
ORDER BY r.startedAt DESC, r.id DESC
LIMIT 1
