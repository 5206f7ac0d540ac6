// night_foldable: whose engagements ended before a moment, and how many of each are not among her latest. Sessions without an account expire by themselves.
// params: before INTEGER, latest INTEGER
// returns: userId STRING, pairs INTEGER
// try: :param {before: 1764547200000, latest: 10}
MATCH (u:User)-[e:ENGAGED]->(:Video)
USING INDEX e:ENGAGED(lastAt)
WHERE e.lastAt < $before
  AND NOT u:Anonymous
WITH u, count(e) AS old
WITH u, old, COUNT { (u)-[:ENGAGED]->() } - $latest AS most
WITH u, CASE WHEN old < most THEN old ELSE most END AS pairs
WHERE pairs > 0
RETURN u.id AS userId, pairs
