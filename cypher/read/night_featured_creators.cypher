// night_featured_creators: the stored FEATURED edges of creators, a row an entity with parallel lists in order of rank; some at a time, in the order of their ids.
// params: after STRING (the last id before), limit INTEGER
// returns: id STRING, targets LIST<STRING>, scores LIST<FLOAT>
// try: :param {after: '', limit: 100}
MATCH (x:User)
WHERE x.id > $after AND EXISTS { (x)-[:FEATURED]->() }
WITH x
ORDER BY x.id
LIMIT $limit
CALL (x) {
  MATCH (x)-[f:FEATURED]->(v:Video)
  WITH f, v
  ORDER BY f.rank
  RETURN collect(v.id) AS targets, collect(f.score) AS scores
}
RETURN x.id AS id, targets, scores
ORDER BY id
