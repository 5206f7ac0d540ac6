// cards: what a feed shows of some videos, for one viewer or nobody in particular; videos that she may not see have no row.
// params: userId STRING (null for nobody), ids LIST<STRING>
// returns: videoId STRING, caption STRING, durationMs INTEGER, language STRING, country STRING, createdAt INTEGER, creatorIds LIST<STRING>, soundId STRING, soundTitle STRING, sameSound STRING (the id of the oldest sound that is the same, else its own), hashtags LIST<STRING> (without those that say nothing), challengeIds LIST<STRING>, score FLOAT, viewers INTEGER, posteriorMean FLOAT, posteriorSd FLOAT, prior FLOAT, taste LIST<FLOAT> (its place among tastes, where it has none that of its topic; empty where unknown), origin STRING (the same for videos with the same pictures, no id of any), topic STRING (the name of what it is about)
// try: :param {userId: null, ids: ['v1']}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings,
  COLLECT { MATCH (u)-[h:HIDES|REPORTED]->(x) WHERE h.at >= coalesce(h.until, h.at) RETURN x } AS hidden,
  COLLECT { MATCH (u)-[b:BLOCKS]-(x:User) WHERE b.at >= coalesce(b.until, b.at) RETURN x } AS blocked
UNWIND $ids AS id
MATCH (v:Video {id: id})
WHERE coalesce(v.rating, 'unknown') IN ratings
  AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
  AND NOT v:Unannounced
  AND NOT v IN hidden
  AND v.removedAt IS NULL
WITH v, hidden + blocked AS shunned,
  COLLECT { MATCH (v)<-[c:CREATED]-(x:User) RETURN x ORDER BY c.role, x.id } AS creators,
  head(COLLECT { MATCH (v)-[:USES]->(x:Sound) RETURN x ORDER BY x.id }) AS sound,
  head(COLLECT { MATCH (v)-[:ABOUT]->(x:Topic) RETURN x ORDER BY x.id }) AS topic
WHERE none(x IN creators WHERE x.removedAt IS NOT NULL OR x IN shunned)
RETURN v.id AS videoId, v.caption AS caption, v.durationMs AS durationMs, v.language AS language, v.country AS country,
  v.createdAt AS createdAt, [x IN creators | x.id] AS creatorIds, sound.id AS soundId, sound.title AS soundTitle,
  coalesce(head([(sound)-[:SAME_AS]->(x:Sound) | x.id]), sound.id) AS sameSound,
  COLLECT { MATCH (v)-[:TAGGED]->(x:Hashtag) WHERE NOT coalesce(x.generic, false) RETURN x.name ORDER BY x.name } AS hashtags,
  COLLECT { MATCH (v)-[:ANSWERS]->(x:Challenge) WHERE x.removedAt IS NULL AND NOT x:Unannounced RETURN x.id ORDER BY x.id } AS challengeIds,
  v.score AS score, v.viewers AS viewers, v.posteriorMean AS posteriorMean, v.posteriorSd AS posteriorSd, v.prior AS prior,
  coalesce(v.taste, topic.taste, []) AS taste,
  CASE WHEN EXISTS { (v)-[:REPOSTS]-() } THEN head(COLLECT { MATCH (v)-[:REPOSTS*0..]->(x:Video) WHERE NOT EXISTS { (x)-[:REPOSTS]->() } RETURN elementId(x) ORDER BY x.id }) END AS origin,
  topic.name AS topic
ORDER BY videoId
