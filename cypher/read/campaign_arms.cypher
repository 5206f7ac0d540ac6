// campaign_arms: to how many people a challenge's videos were shown first, and how many would have been shown one and were held back at random (SHOWN with source 'control'); how many of each joined from then on. Of those alone whose first was while the present share, or the last one, was held back; the others are not compared.
// params: id STRING
// returns: held BOOLEAN (ascending; null of those not compared), people INTEGER, joined INTEGER, shown INTEGER (of these people, to how many one was shown at any time)
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
WITH c, collect(v) AS videos
UNWIND videos AS v
MATCH (v)<-[h:SHOWN]-(x:User)
// The first, and of one moment what was held back.
WITH c, videos, x, min(h.at * 2 + CASE h.source WHEN 'control' THEN 0 ELSE 1 END) AS first, max(CASE h.source WHEN 'control' THEN 0 ELSE 1 END) AS shown
WITH videos, x, shown, first / 2 AS since,
  CASE WHEN first / 2 >= coalesce(c.controlSince, first / 2) AND coalesce(first / 2 < c.controlUntil, true) THEN first % 2 = 0 END AS held
RETURN held, count(x) AS people,
  count(CASE WHEN EXISTS { MATCH (x)-[:CREATED]->(o:Video) WHERE o IN videos AND o.createdAt >= since } THEN 1 END) AS joined,
  sum(shown) AS shown
ORDER BY held
