// night_wave_ended: steps since by which videos left their waves, or went on from their circle to everyone, with the odds that they left by; in the order of videos and steps.
// params: since INTEGER
// returns: videoId STRING, after STRING, posterior FLOAT (null where it was stopped), gone BOOLEAN (the video may not be shown any more)
// try: :param {since: 0}
MATCH (d:Decision)
WHERE d.at >= $since
  AND d.after IN ['circle', 'everyone', 'stopped']
RETURN d.videoId AS videoId, d.after AS after,
  CASE d.after WHEN 'everyone' THEN d.everyonePosterior WHEN 'circle' THEN d.circlePosterior END AS posterior,
  EXISTS {
    MATCH (d)<-[:DECIDED]-(v:Video)
    WHERE v.removedAt IS NOT NULL
      OR v:Unannounced
      OR EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL }
  } AS gone
ORDER BY d.videoId, d.number
