// campaign_arms: to how many people a challenge's videos were shown, and how many would have been shown one and were held back at random (SHOWN with source 'control'); how many of each joined from then on.
// params: id STRING
// returns: held BOOLEAN (ascending), people INTEGER, joined INTEGER
// try: :param {id: 'c1'}
MATCH (c:Challenge {id: $id})
WHERE c.removedAt IS NULL AND NOT c:Unannounced
CALL (c) {
  MATCH (c)<-[:ANSWERS]-(v:Video)
  RETURN v
  UNION
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
WITH collect(v) AS videos
UNWIND videos AS v
MATCH (v)<-[h:SHOWN]-(x:User)
WITH videos, x, min(h.at) AS since, max(CASE WHEN h.source = 'control' THEN 0 ELSE 1 END) = 0 AS held
RETURN held, count(x) AS people,
  count(CASE WHEN EXISTS { MATCH (x)-[:CREATED]->(o:Video) WHERE o IN videos AND o.createdAt >= since } THEN 1 END) AS joined
ORDER BY held
