// night_wave_ledger: decisions since that ended in one of some states, in the order of videos and steps.
// params: since INTEGER, states LIST<STRING>
// returns: decision MAP
// try: :param {since: 0, states: ['waiting', 'floor', 'growing', 'circle', 'everyone', 'stopped']}
MATCH (d:Decision)
WHERE d.at >= $since
  AND d.after IN $states
RETURN properties(d) AS decision
ORDER BY d.videoId, d.number
