// cards: what a feed shows of some videos, for one viewer or nobody in particular; videos that she may not see have no row.
// params: userId STRING (null for nobody), ids LIST<STRING>
// returns: videoId STRING, caption STRING, durationMs INTEGER, language STRING, country STRING, createdAt INTEGER, creatorIds LIST<STRING>, soundId STRING, soundTitle STRING, hashtags LIST<STRING> (without those that say nothing), challengeIds LIST<STRING>, score FLOAT, viewers INTEGER, posteriorMean FLOAT, posteriorSd FLOAT, prior FLOAT, taste LIST<FLOAT> (its place among tastes, where it has none that of its topic; empty where unknown), origin STRING (the same for videos with the same pictures, no id of any), topic STRING (the name of what it is about)
// try: :param {userId: null, ids: ['v1']}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
UNWIND $ids AS id
MATCH (v:Video {id: id})
WHERE coalesce(v.rating, 'unknown') IN ratings
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
    OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
RETURN v.id AS videoId, v.caption AS caption, v.durationMs AS durationMs, v.language AS language, v.country AS country,
  v.createdAt AS createdAt,
  COLLECT { MATCH (v)<-[c:CREATED]-(x:User) RETURN x.id ORDER BY c.role, x.id } AS creatorIds,
  head(COLLECT { MATCH (v)-[:USES]->(x:Sound) RETURN x.id ORDER BY x.id }) AS soundId,
  head(COLLECT { MATCH (v)-[:USES]->(x:Sound) RETURN x.title ORDER BY x.id }) AS soundTitle,
  COLLECT { MATCH (v)-[:TAGGED]->(x:Hashtag) WHERE NOT coalesce(x.generic, false) RETURN x.name ORDER BY x.name } AS hashtags,
  COLLECT { MATCH (v)-[:ANSWERS]->(x:Challenge) WHERE x.removedAt IS NULL AND NOT x:Unannounced RETURN x.id ORDER BY x.id } AS challengeIds,
  v.score AS score, v.viewers AS viewers, v.posteriorMean AS posteriorMean, v.posteriorSd AS posteriorSd, v.prior AS prior,
  coalesce(v.taste, head(COLLECT { MATCH (v)-[:ABOUT]->(x:Topic) RETURN x.taste ORDER BY x.id }), []) AS taste,
  CASE WHEN EXISTS { (v)<-[:REPOSTS]-() } THEN elementId(v) ELSE head(COLLECT { MATCH (v)-[:REPOSTS]->(x:Video) RETURN elementId(x) ORDER BY x.id }) END AS origin,
  head(COLLECT { MATCH (v)-[:ABOUT]->(x:Topic) RETURN x.name ORDER BY x.id }) AS topic
ORDER BY videoId
