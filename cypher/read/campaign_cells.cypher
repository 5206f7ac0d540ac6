// campaign_cells: whom a challenge's videos reached, by country and age band: people, pairs, points, and how many of those people joined. Who is under 16 or of unknown age is in one band, other. Counts of small cells are for the report that withholds them.
// params: id STRING
// returns: country STRING, band STRING, viewers INTEGER, views INTEGER, points FLOAT, participants INTEGER
// try: :param {id: 'c1'}
MATCH (s:Settings {id: 'contentgraph'})
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
WITH datetime({epochMillis: s.now}).year AS year, v
WHERE v.removedAt IS NULL AND NOT v:Unannounced
WITH year, collect(v) AS videos
UNWIND videos AS v
MATCH (v)<-[e:ENGAGED]-(x:User)
WHERE NOT EXISTS { MATCH (x)-[:CREATED]->(v) }
WITH year, videos, x, count(*) AS views, sum(e.points) AS points
WITH x, views, points, year - x.birthYear - 1 AS age, EXISTS { MATCH (x)-[:CREATED]->(o:Video) WHERE o IN videos } AS joined
RETURN coalesce(x.country, 'ZZ') AS country, CASE
    WHEN age IS NULL OR age < 16 THEN 'other'
    WHEN age <= 24 THEN '16-24'
    WHEN age <= 29 THEN '25-29'
    WHEN age <= 50 THEN '30-50'
    ELSE '51+' END AS band,
  count(x) AS viewers, sum(views) AS views, sum(points) AS points, sum(CASE WHEN joined THEN 1 ELSE 0 END) AS participants
ORDER BY country, band
