// put_run: write the ledger entry of one nightly run.
// params: id STRING, properties MAP
// returns: id STRING
// try: :param {id: 'r1', properties: {now: 1767225600000, state: 'finished'}}
MERGE (r:Run {id: $id})
SET r += $properties
RETURN r.id AS id
