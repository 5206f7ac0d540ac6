// night_wave_ledger: every decision since, in the order of videos and steps.
// params: since INTEGER
// returns: decision MAP
// try: :param {since: 0}
MATCH (d:Decision)
WHERE d.at >= $since
RETURN properties(d) AS decision
ORDER BY d.videoId, d.number
