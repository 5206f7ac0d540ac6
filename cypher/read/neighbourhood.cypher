// neighbourhood: what some nodes are joined to, the newest and best first within each type, as one viewer, or nobody in particular, may see it; a viewer gets nobody under 16 or of unknown age but herself, and of others neither what they watched nor whom they follow, unless it is her. A node of more than $widest relationships is only left along its outgoing ones.
// params: nodes LIST<MAP>, userId STRING (null for nobody), widest INTEGER, perType INTEGER
// returns: label STRING, key STRING, properties MAP, edges LIST<MAP>
// try: :param {nodes: [{label: 'User', key: 'u1'}], userId: null, widest: 10000, perType: 25}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH u, datetime({epochMillis: s.now}).year AS year, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
UNWIND $nodes AS node
CALL (node) {
  WITH node
  WHERE node.label = 'User'
  MATCH (n:User {id: node.key})
  RETURN n
  UNION ALL
  WITH node
  WHERE node.label = 'Video'
  MATCH (n:Video {id: node.key})
  RETURN n
  UNION ALL
  WITH node
  WHERE node.label = 'Hashtag'
  MATCH (n:Hashtag {name: node.key})
  RETURN n
  UNION ALL
  WITH node
  WHERE node.label = 'Sound'
  MATCH (n:Sound {id: node.key})
  RETURN n
  UNION ALL
  WITH node
  WHERE node.label = 'Challenge'
  MATCH (n:Challenge {id: node.key})
  RETURN n
}
WITH u, year, ratings, node, n
WHERE n.removedAt IS NULL
  AND (u IS NULL OR n = u OR NOT n:User OR coalesce((year - n.birthYear > 16 OR n.birthYear IS NULL AND n.kind IN ['brand', 'media', 'charity']) AND NOT n:Anonymous, false))
  AND (NOT n:Unannounced OR n:User)
  AND (NOT n:Video OR coalesce(n.rating, 'unknown') IN ratings)
  AND CASE WHEN n:Withheld THEN NOT u.country IN n.withheldIn ELSE true END
  AND NOT EXISTS { MATCH (u)-[h:BLOCKS|HIDES|REPORTED]->(n) WHERE h.at >= coalesce(h.until, h.at) }
  AND NOT EXISTS { MATCH (n)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) }
  AND NOT EXISTS { MATCH (n)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
    OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
CALL (u, year, ratings, n) {
  CALL (n) {
    WITH n
    WHERE COUNT { (n)--() } <= $widest
    MATCH (n)-[r:CREATED|ENGAGED|FOLLOWS|TAGGED|USES|ANSWERS|MENTIONS|REMIXES|MARKED_BY|LAUNCHED|SPONSORS|SIMILAR|FEATURED]-(m)
    RETURN r, m
    UNION ALL
    WITH n
    WHERE COUNT { (n)--() } > $widest
    MATCH (n)-[r:CREATED|ENGAGED|FOLLOWS|TAGGED|USES|ANSWERS|MENTIONS|REMIXES|MARKED_BY|LAUNCHED|SPONSORS|SIMILAR|FEATURED]->(m)
    RETURN r, m
  }
  WITH u, n, r, m, coalesce(m.id, m.name) AS key
  WHERE m.removedAt IS NULL
    // What others watched is not told to her, nor whom they follow, unless it is her.
    AND ($userId IS NULL OR NOT r:ENGAGED|FOLLOWS OR startNode(r) = u OR r:FOLLOWS AND endNode(r) = u)
    AND (u IS NULL OR m = u OR NOT m:User OR coalesce((year - m.birthYear > 16 OR m.birthYear IS NULL AND m.kind IN ['brand', 'media', 'charity']) AND NOT m:Anonymous, false))
    AND NOT m:Unannounced
    AND (NOT m:Video OR coalesce(m.rating, 'unknown') IN ratings)
    AND CASE WHEN m:Withheld THEN NOT u.country IN m.withheldIn ELSE true END
    AND (NOT r:FOLLOWS OR r.at >= coalesce(r.until, r.at))
    AND NOT EXISTS { MATCH (u)-[h:BLOCKS|HIDES|REPORTED]->(m) WHERE h.at >= coalesce(h.until, h.at) }
    AND NOT EXISTS { MATCH (m)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) }
    AND NOT EXISTS { MATCH (m)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
      OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
  ORDER BY coalesce(r.lastAt, r.at, -r.rank, 0) DESC, key
  WITH type(r) AS type, startNode(r) = n AS outgoing, collect({
    type: type(r), outgoing: startNode(r) = n, properties: properties(r), key: key, node: m {
      .kind, .country, .languages, .createdAt, .caption, .durationMs, .language, .rating, .score, .viewers, .title, .original,
      .description, .startsAt, .endsAt, .generic
    },
    label: CASE
      WHEN m:User THEN 'User'
      WHEN m:Video THEN 'Video'
      WHEN m:Hashtag THEN 'Hashtag'
      WHEN m:Sound THEN 'Sound'
      ELSE 'Challenge' END
  })[..$perType] AS best
  ORDER BY type, outgoing
  UNWIND best AS edge
  RETURN collect(edge) AS edges
}
RETURN node.label AS label, node.key AS key, n {
    .kind, .country, .languages, .createdAt, .caption, .durationMs, .language, .rating, .score, .viewers, .title, .original,
    .description, .startsAt, .endsAt, .generic
  } AS properties, edges
