// state_videos: what is stored of some videos, for the merge of newer catalogue rows; rating and language as they were told.
// params: ids LIST<STRING>
// returns: id STRING, properties MAP, links MAP
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (n:Video&!Unannounced {id: id})
WITH n, properties(n) AS own
RETURN n.id AS id, own {.*,
    rating: CASE WHEN n.proposedRating IS NULL THEN n.rating ELSE n.toldRating END,
    language: CASE WHEN n.foundLanguage IS NULL THEN n.language END
  } AS properties, {
    creatorId: [(n)<-[c:CREATED {role: 'author'}]-(x:User) | x.id],
    coCreatorIds: [(n)<-[c:CREATED]-(x:User) WHERE c.role = 'co' OR c.listed | x.id],
    hashtags: [(n)-[:TAGGED]->(x:Hashtag) | x.name],
    mentions: [(n)-[:MENTIONS]->(x:User) | x.id],
    soundId: [(n)-[:USES]->(x:Sound) | x.id],
    challengeIds: [(n)-[:ANSWERS]->(x:Challenge) | x.id],
    remixOf: [(n)-[:REMIXES]->(x:Video) | x.id]
  } AS links
