// drop_shown: forget exposures of long ago, some at a time.
// params: before INTEGER, limit INTEGER
// returns: shown INTEGER
// try: :param {before: 1759449600000, limit: 50000}
MATCH (u:User)-[r:SHOWN]->()
USING INDEX r:SHOWN(at)
WHERE r.at < $before
WITH r, u
ORDER BY r.at, u.id
LIMIT $limit
DELETE r
RETURN count(*) AS shown
