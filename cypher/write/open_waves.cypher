// open_waves: let videos born after since, which no wave knows yet, wait for their first audience.
// params: since INTEGER, now INTEGER
// returns: videos INTEGER
// try: :param {since: 1766620800000, now: 1767225600000}
MATCH (v:Video)
WHERE v.createdAt > $since
  AND v.createdAt <= $now
  AND v.state IS NULL
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
SET v.state = 'waiting', v.wave = 0
RETURN count(*) AS videos
