// night_videos: every video with what the nightly engine needs of it; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, createdAt INTEGER, durationMs INTEGER, language STRING, country STRING, shown BOOLEAN, creatorIds LIST<STRING> (the author first), soundIds LIST<STRING>, hashtags LIST<STRING>, challengeIds LIST<STRING>, topicIds LIST<STRING> (as found last), stored LIST<FLOAT> (score viewers posteriorMean posteriorSd freshness lift prior travel worth as written last), taste LIST<FLOAT> (as written last), folded LIST<LIST<INTEGER>> (flag bits and how many people, of folded engagements)
// try: :param {after: '', limit: 100}
MATCH (v:Video)
WHERE v.id > $after
WITH v
ORDER BY v.id
LIMIT $limit
RETURN v.id AS id, v.createdAt AS createdAt, v.durationMs AS durationMs, v.language AS language, v.country AS country,
  v.removedAt IS NULL AND NOT v:Unannounced
    AND NOT EXISTS { MATCH (v)<-[:CREATED]-(x:User) WHERE x.removedAt IS NOT NULL } AS shown,
  COLLECT { MATCH (v)<-[c:CREATED]-(x:User) RETURN x.id ORDER BY CASE c.role WHEN 'author' THEN 0 ELSE 1 END, x.id } AS creatorIds,
  [(v)-[:USES]->(x:Sound) | x.id] AS soundIds,
  [(v)-[:TAGGED]->(x:Hashtag) | x.name] AS hashtags,
  [(v)-[:ANSWERS]->(x:Challenge) | x.id] AS challengeIds,
  [(v)-[:ABOUT]->(x:Topic) | x.id] AS topicIds,
  [v.score, v.viewers, v.posteriorMean, v.posteriorSd, v.freshness, v.lift, v.prior, v.travel, v.worth] AS stored,
  v.taste AS taste,
  [i IN range(0, size(coalesce(v.foldedBits, [])) - 1) | [v.foldedBits[i], v.foldedPeople[i]]] AS folded
ORDER BY id
