// night_featured_sounds: the stored FEATURED edges of sounds, a row an entity with parallel lists in order of rank.
// params: none
// returns: id STRING, targets LIST<STRING>, scores LIST<FLOAT>
// try: :param {}
MATCH (x:Sound)-[f:FEATURED]->(v:Video)
WITH x, f, v
ORDER BY x.id, f.rank
RETURN x.id AS id, collect(v.id) AS targets, collect(f.score) AS scores
