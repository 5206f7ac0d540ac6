// night_latest: when the last event of all was.
// params: none
// returns: at INTEGER (null where there is none)
// try: :param {}
MATCH ()-[e:ENGAGED]->()
USING INDEX e:ENGAGED(lastAt)
WHERE e.lastAt > 0
WITH e
ORDER BY e.lastAt DESC, elementId(e)
LIMIT 1
RETURN max(e.lastAt) AS at
