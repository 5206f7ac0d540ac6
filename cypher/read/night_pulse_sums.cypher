// night_pulse_sums: the stored pulses of one kind of entity from a day on, each told by the checksum of its cells; a row an entity, some at a time, in the order of their ids.
// params: kind STRING, since INTEGER (start of the day, inclusive), after STRING (the last entity before), limit INTEGER
// returns: entity STRING, days LIST<INTEGER>, checksums LIST<INTEGER> (0 where cells were written by hand or before there were any)
// try: :param {kind: 'challenge', since: 0, after: '', limit: 100}
MATCH (p:Pulse {kind: $kind})
WHERE p.entity > $after
  AND p.day >= $since
WITH p.entity AS entity, collect(p.day) AS days, collect(coalesce(p.checksum, 0)) AS checksums
ORDER BY entity
LIMIT $limit
RETURN entity, days, checksums
ORDER BY entity
