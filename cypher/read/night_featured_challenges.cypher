// night_featured_challenges: the stored FEATURED edges of challenges, a row an entity with parallel lists in order of rank.
// params: none
// returns: id STRING, targets LIST<STRING>, scores LIST<FLOAT>
// try: :param {}
MATCH (x:Challenge)-[f:FEATURED]->(v:Video)
WITH x, f, v
ORDER BY x.id, f.rank
RETURN x.id AS id, collect(v.id) AS targets, collect(f.score) AS scores
