// night_wave_ended: steps since by which videos left their waves, or went on from their circle to everyone, with the odds that they left by; in the order of videos and steps.
// params: since INTEGER
// returns: videoId STRING, after STRING, posterior FLOAT (null where it was stopped)
// try: :param {since: 0}
MATCH (d:Decision)
WHERE d.at >= $since
  AND d.after IN ['circle', 'everyone', 'stopped']
RETURN d.videoId AS videoId, d.after AS after,
  CASE d.after WHEN 'everyone' THEN d.everyonePosterior WHEN 'circle' THEN d.circlePosterior END AS posterior
ORDER BY d.videoId, d.number
