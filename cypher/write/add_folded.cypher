// add_folded: sum engagements up by person and creator, sound and hashtag that leads somewhere, of which only those that brought most are kept of each kind.
// params: rows LIST<MAP>, kept INTEGER
// returns: people INTEGER
// try: :param {rows: [{userId: 'u1', pairs: [{videoId: 'v1', points: 8.0, lastAt: 1764547200000}]}], kept: 3}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
CALL (row, u) {
  UNWIND row.pairs AS pair
  MATCH (v:Video {id: pair.videoId})
  CALL (v) {
    MATCH (v)<-[:CREATED]-(x:User)
    RETURN x
    UNION
    MATCH (v)-[:USES|TAGGED]->(x)
    WHERE NOT coalesce(x.generic, false)
    RETURN x
  }
  WITH u, x, pair
  WHERE EXISTS { (x)-[:FEATURED]->() }
  WITH u, x, sum(pair.points) AS points, max(pair.lastAt) AS lastAt
  MERGE (u)-[f:FOLDED]->(x)
  SET f.points = coalesce(f.points, 0.0) + points,
    f.lastAt = CASE WHEN f.lastAt > lastAt THEN f.lastAt ELSE lastAt END
  RETURN count(*) AS summed
}
CALL (u) {
  MATCH (u)-[f:FOLDED]->(x)
  WITH f, x
  ORDER BY f.points DESC, coalesce(x.id, x.name)
  WITH CASE WHEN x:User THEN 'creator' WHEN x:Sound THEN 'sound' ELSE 'hashtag' END AS kind, collect(f) AS found
  UNWIND found[$kept..] AS least
  DELETE least
  RETURN count(*) AS dropped
}
RETURN count(*) AS people
