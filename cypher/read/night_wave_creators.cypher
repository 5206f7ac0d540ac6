// night_wave_creators: of every video in a wave, who made it: followers and age of the author's account, country and language of the video.
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
  v.createdAt AS createdAt, COUNT { (c)<-[:FOLLOWS]-() } AS followers, COUNT { MATCH (v)<-[r:SHOWN]-() WHERE r.wave IS NOT NULL } AS people
