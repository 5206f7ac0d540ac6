// state_challenges: what is stored of some challenges, for the merge of newer catalogue rows.
// params: ids LIST<STRING>
// returns: id STRING, properties MAP, links MAP
// try: :param {ids: ['c1']}
UNWIND $ids AS id
MATCH (n:Challenge&!Unannounced {id: id})
RETURN n.id AS id, properties(n) AS properties, {
    hashtags: [(n)-[:MARKED_BY]->(x:Hashtag) | x.name],
    soundIds: [(n)-[:MARKED_BY]->(x:Sound) | x.id],
    launchedBy: [(n)<-[:LAUNCHED]-(x:User) | x.id],
    sponsoredBy: [(n)<-[:SPONSORS]-(x:User) | x.id]
  } AS links
