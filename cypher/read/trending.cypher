// trending: what moves within a window of hours, in a country or a language or the world ('ZZ'), best first, with the numbers that made it trend.
// params: userId STRING (null for nobody), kind STRING (challenge, hashtag, sound, topic, video or creator), country STRING, language STRING (null for every language), hours INTEGER, limit INTEGER
// returns: kind STRING, id STRING, name STRING, score FLOAT (descending), observed INTEGER, expected FLOAT, factor FLOAT, since INTEGER, hours INTEGER, country STRING, language STRING, series LIST<INTEGER>, videos LIST<STRING>, countries LIST<MAP>, also LIST<STRING>, words LIST<STRING> (that tell a topic from others)
// try: :param {userId: null, kind: 'challenge', country: 'ZZ', language: null, hours: 24, limit: 10}
MATCH (s:Settings {id: 'contentgraph'})
OPTIONAL MATCH (u:User {id: $userId})
WITH s, u, datetime({epochMillis: s.now}).year AS year, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u IS NULL OR u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
MATCH (t:Trend)
WHERE t.kind = $kind AND t.country = $country AND t.language = coalesce($language, 'und') AND t.hours = $hours
  AND t.rank IS NOT NULL
// What a person refused is never shown; in review mode nothing is that none approved.
OPTIONAL MATCH (w:Review {kind: t.kind, entity: t.entity})
WITH s, u, year, ratings, t, w
WHERE coalesce(w.approved, NOT coalesce(s.review, false))
CALL (t, u, year) {
  WITH t
  WHERE t.kind = 'challenge'
  MATCH (x:Challenge {id: t.entity})
  WHERE x.removedAt IS NULL AND NOT x:Unannounced
  RETURN x, coalesce(x.title, x.id) AS name
  UNION
  WITH t
  WHERE t.kind = 'hashtag'
  MATCH (x:Hashtag {name: t.entity})
  WHERE NOT coalesce(x.generic, false)
  RETURN x, x.name AS name
  UNION
  WITH t
  WHERE t.kind = 'sound'
  MATCH (x:Sound {id: t.entity})
  // Refused under another id of it, it is refused.
  WHERE NOT EXISTS { MATCH (x)<-[:SAME_AS]-(y:Sound) MATCH (n:Review {kind: 'sound', entity: y.id}) WHERE NOT n.approved }
  RETURN x, coalesce(x.title, x.id) AS name
  UNION
  WITH t
  WHERE t.kind = 'topic'
  MATCH (x:Topic {id: t.entity})
  WHERE NOT coalesce(x.generic, false)
  RETURN x, x.name AS name
  UNION
  WITH t
  WHERE t.kind = 'video'
  MATCH (x:Video {id: t.entity})
  WHERE NOT x:Unannounced
  RETURN x, coalesce(x.caption, x.id) AS name
  UNION
  WITH t, u, year
  WHERE t.kind = 'creator'
  MATCH (x:User {id: t.entity})
  // Nobody under 16, or of unknown age, is named to strangers.
  WHERE year - x.birthYear > 16 AND x.removedAt IS NULL AND NOT x:Unannounced AND NOT x:Anonymous
    AND NOT EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(x) WHERE b.at >= coalesce(b.until, b.at) }
    AND NOT EXISTS { MATCH (x)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) }
  RETURN x, x.id AS name
}
CALL (u, ratings, t, x) {
  CALL (t, x) {
    UNWIND t.videos AS id
    MATCH (v:Video {id: id})
    RETURN v, 0 AS way, reduce(place = 0, k IN range(0, size(t.videos) - 1) | CASE t.videos[k] WHEN id THEN k ELSE place END) AS place
    UNION ALL
    MATCH (x)-[f:FEATURED]->(v:Video)
    RETURN v, 1 AS way, f.rank AS place
  }
  WITH u, ratings, v, min(way * 1000 + place) AS place
  WHERE coalesce(v.rating, 'unknown') IN ratings
    AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
    AND v.removedAt IS NULL
    AND NOT v:Unannounced
    AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
    AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
      OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
      OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
  WITH v, place
  ORDER BY place, v.id
  LIMIT 3
  RETURN collect(v.id) AS videos
}
// What has no video that may be shown is not named; a video is itself the one.
WITH s, u, ratings, t, x, name, CASE WHEN x:Video THEN [id IN videos WHERE id = t.entity] ELSE videos END AS videos
WHERE size(videos) > 0
RETURN t.kind AS kind, t.entity AS id, name, t.score AS score, t.observed AS observed, t.expected AS expected,
  t.factor AS factor, t.since AS since, t.hours AS hours, t.country AS country, t.language AS language,
  t.series AS series, videos,
  [k IN range(0, size(t.countries) - 1) | {country: t.countries[k], people: t.people[k]}] AS countries,
  // What it stands for, as far as that may be told by itself.
  CASE WHEN t.kind = 'hashtag' THEN [tag IN t.also WHERE EXISTS {
      MATCH (h:Hashtag {name: tag})<-[:TAGGED]-(v:Video)
      WHERE NOT coalesce(h.generic, false)
        AND coalesce(v.rating, 'unknown') IN ratings
        AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
        AND v.removedAt IS NULL
        AND NOT v:Unannounced
    } AND coalesce(head(COLLECT { MATCH (w:Review {kind: 'hashtag', entity: tag}) RETURN w.approved }), NOT coalesce(s.review, false))]
  ELSE [] END AS also,
  CASE WHEN x:Topic THEN x.words ELSE [] END AS words
ORDER BY score DESC, id
LIMIT $limit
