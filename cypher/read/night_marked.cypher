// night_marked: videos that carry what marks a challenge or name it in their caption, made between its dates, a row a challenge.
// params: none
// returns: challengeId STRING, videoIds LIST<STRING>
// try: :param {}
MATCH (c:Challenge)
CALL (c) {
  MATCH (c)-[:MARKED_BY]->(m)<-[:TAGGED|USES]-(v:Video)
  WHERE NOT coalesce(m.generic, false)
    AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
  RETURN v
  UNION
  // Or whose caption has its title: two words or more and eight characters, whole words, whatever their case.
  WITH toLower(normalize(trim(c.title), NFKC)) AS title
  WHERE size(title) >= 8 AND title CONTAINS ' '
  CALL db.index.fulltext.queryNodes('video_caption', '\u0022' + replace(replace(title, '\\', ' '), '\u0022', ' ') + '\u0022') YIELD node AS v
  WITH v, title
  WHERE v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
    AND toLower(normalize(v.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*'
  RETURN v
}
RETURN c.id AS challengeId, collect(v.id) AS videoIds
