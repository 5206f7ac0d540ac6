// night_featured_hashtags: the stored FEATURED edges of hashtags, a row an entity with parallel lists in order of rank.
// params: none
// returns: id STRING, targets LIST<STRING>, scores LIST<FLOAT>
// try: :param {}
MATCH (x:Hashtag)-[f:FEATURED]->(v:Video)
WITH x, f, v
ORDER BY x.name, f.rank
RETURN x.name AS id, collect(v.id) AS targets, collect(f.score) AS scores
