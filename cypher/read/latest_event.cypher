// latest_event: when the last event of all was.
// params: none
// returns: at INTEGER (null where there is none)
// try: :param {}
MATCH ()-[e:ENGAGED]->()
USING INDEX e:ENGAGED(lastAt)
WHERE e.lastAt > 0
WITH e.lastAt AS at
ORDER BY at DESC
LIMIT 1
RETURN max(at) AS at
