// media_prints: the prints of all analysed videos, by which copies are found.
// params: none
// returns: id STRING, createdAt INTEGER, soundIds LIST<STRING>, frameHashes LIST<INTEGER>, soundprint LIST<INTEGER>
// try: :param {}
MATCH (m:Media)<-[:HAS]-(v:Video)
RETURN v.id AS id, v.createdAt AS createdAt, [(v)-[:USES]->(x:Sound) | x.id] AS soundIds,
  coalesce(m.frameHashes, []) AS frameHashes, coalesce(m.soundprint, []) AS soundprint
