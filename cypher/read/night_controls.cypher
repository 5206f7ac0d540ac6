// night_controls: campaigns that hold some people back, with all of their videos.
// params: none
// returns: challengeId STRING (ascending), key STRING, share FLOAT, videoIds LIST<STRING>
// try: :param {}
MATCH (c:Challenge)
USING INDEX c:Challenge(controlShare)
WHERE c.controlShare > 0.0
CALL (c) {
  MATCH (c)<-[:ANSWERS]-(v:Video)
  RETURN v.id AS id
  UNION
  MATCH (c)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
  WHERE NOT coalesce(m.generic, false)
    AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
  RETURN v.id AS id
  UNION
  // Or whose caption has its title: two words or more and eight characters, whole words, whatever their case.
  WITH toLower(normalize(trim(c.title), NFKC)) AS title
  WHERE size(title) >= 8 AND title CONTAINS ' '
  CALL db.index.fulltext.queryNodes('video_caption', '\u0022' + replace(replace(title, '\\', ' '), '\u0022', ' ') + '\u0022') YIELD node AS v
  WITH v, title
  WHERE v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
    AND toLower(normalize(v.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*'
  RETURN v.id AS id
}
WITH c, id
ORDER BY id
WITH c, collect(id) AS videoIds
RETURN c.id AS challengeId, c.controlKey AS key, c.controlShare AS share, videoIds
ORDER BY challengeId
