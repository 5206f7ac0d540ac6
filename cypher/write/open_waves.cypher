// open_waves: let new videos that no wave knows yet, the oldest first, wait for their first audience; by limit.
// params: since INTEGER, now INTEGER, limit INTEGER
// returns: videos INTEGER
// try: :param {since: 1766620800000, now: 1767225600000, limit: 1000}
MATCH (v:Video)
WHERE v.createdAt > $since
  AND v.createdAt <= $now
  AND v.state IS NULL
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
WITH v
ORDER BY v.createdAt, v.id
LIMIT $limit
SET v.state = 'waiting', v.wave = 0
RETURN count(*) AS videos
