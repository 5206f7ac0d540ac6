// night_wave_creators: of every video in a wave, who made it: followers of the author when it was born, age of the account, country and language of the video.
// params: states LIST<STRING>
// returns: videoId STRING, state STRING, country STRING, language STRING, creatorId STRING, creatorAt INTEGER, createdAt INTEGER, followers INTEGER, people INTEGER (shown as a test)
// try: :param {states: ['floor', 'growing', 'circle', 'everyone', 'stopped']}
MATCH (v:Video)
WHERE v.state IN $states
CALL (v) {
  OPTIONAL MATCH (v)<-[m:CREATED]-(c:User)
  WITH c
  ORDER BY m.role, c.id
  LIMIT 1
  RETURN c
}
RETURN v.id AS videoId, v.state AS state, v.country AS country, v.language AS language, c.id AS creatorId, c.createdAt AS creatorAt,
  v.createdAt AS createdAt, COUNT {
    MATCH (c)<-[f:FOLLOWS]-()
    WHERE f.at <= v.createdAt
      AND coalesce(f.until <= f.at OR f.until > v.createdAt, true)
  } AS followers, COUNT { MATCH (v)<-[r:SHOWN]-() WHERE r.wave IS NOT NULL } AS people
