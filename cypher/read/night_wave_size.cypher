// night_wave_size: how many videos born since have been in waves.
// params: since INTEGER
// returns: videos INTEGER
// try: :param {since: 1764547200000}
MATCH (v:Video)
WHERE v.createdAt > $since
  AND v.state IS NOT NULL
RETURN count(*) AS videos
