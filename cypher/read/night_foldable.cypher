// night_foldable: whose engagements ended before a moment, and how many of each. Sessions without an account expire by themselves.
// params: before INTEGER
// returns: userId STRING, pairs INTEGER
// try: :param {before: 1764547200000}
MATCH (u:User)-[e:ENGAGED]->(:Video)
USING INDEX e:ENGAGED(lastAt)
WHERE e.lastAt < $before
  AND NOT u:Anonymous
RETURN u.id AS userId, count(e) AS pairs
