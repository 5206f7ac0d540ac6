// night_counters: when the newest counter snapshot was seen.
// params: none
// returns: at INTEGER (null without snapshots)
// try: :param {}
MATCH (c:Counter)
RETURN max(c.at) AS at
