// last_run: the newest finished nightly run.
// params: none
// returns: id STRING, now INTEGER, startedAt INTEGER, seconds STRING, counts STRING, params STRING, nights INTEGER (finished ones, this included)
// try: :param {}
MATCH (r:Run {state: 'finished'})
WITH r, COUNT { MATCH (:Run {state: 'finished'}) } AS nights
RETURN r.id AS id, r.now AS now, r.startedAt AS startedAt, r.seconds AS seconds, r.counts AS counts, r.params AS params, nights
ORDER BY r.startedAt DESC, r.id DESC
LIMIT 1
