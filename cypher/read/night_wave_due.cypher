// night_wave_due: ends of spans of time that hold about as many exposures each that are to be settled by a time, the last of them last; no row where there is none.
// params: before INTEGER, parts INTEGER
// returns: at INTEGER (ascending)
// try: :param {before: 1767225600000, parts: 2}
MATCH ()-[r:SHOWN]->()
USING INDEX r:SHOWN(pending)
WHERE r.pending > -1
  AND r.pending <= $before
WITH r.pending AS at
ORDER BY at
WITH collect(at) AS told
UNWIND [part IN range(1, $parts) | told[size(told) * part / $parts - 1]] AS at
WITH DISTINCT at
WHERE at IS NOT NULL
RETURN at
ORDER BY at
