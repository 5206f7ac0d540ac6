// erase_card: what goes with one user: the cell her acts were counted in, the videos that she is the author or the only creator of, and those that she made with others.
// params: userId STRING
// returns: country STRING, language STRING, videoIds LIST<STRING>, sharedIds LIST<STRING>
// try: :param {userId: 'u1'}
MATCH (u:User {id: $userId})
RETURN coalesce(u.country, 'ZZ') AS country, coalesce(u.languages[0], 'und') AS language,
  COLLECT {
    MATCH (u)-[c:CREATED]->(v:Video)
    WHERE c.role = 'author' OR COUNT { (v)<-[:CREATED]-(:User) } = 1
    RETURN v.id ORDER BY v.id
  } AS videoIds,
  COLLECT {
    MATCH (u)-[c:CREATED]->(v:Video)
    WHERE c.role <> 'author' AND COUNT { (v)<-[:CREATED]-(:User) } > 1
    RETURN v.id ORDER BY v.id
  } AS sharedIds
