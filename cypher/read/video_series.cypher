// video_series: hourly people, pairs and points of one video, counted when asked from its latest engagements, as pulse_series tells them of what videos have in common; by the day where it is older than 35 days.
// params: entity STRING, country STRING (ZZ: all), language STRING (und: all), limit INTEGER
// returns: hour INTEGER (ascending), users INTEGER, people INTEGER, pairs INTEGER, pushed INTEGER, videos INTEGER, points FLOAT
// try: :param {entity: 'v1', country: 'ZZ', language: 'und', limit: 100000}
MATCH (s:Settings {id: 'contentgraph'})
MATCH (v:Video {id: $entity})
WHERE v.removedAt IS NULL
  AND NOT v:Unannounced
WITH v, head(COLLECT { MATCH (p:PointScale) RETURN p ORDER BY p.version DESC LIMIT 1 }) AS scale,
  COLLECT { MATCH (x:User)-[:CREATED]->(v) RETURN x } AS creators,
  s.now AS now, s.now / 3600000 * 3600000 AS last, (s.now / 3600000 + 1) * 3600000 / 86400000 * 86400000 - 35 * 86400000 AS since
CALL (v, scale, creators) {
  MATCH (v)<-[e:ENGAGED]-(u:User)
  WHERE NOT u IN creators
    AND ($country = 'ZZ' OR u.country = $country)
    AND ($language = 'und' OR head(u.languages) = $language)
  WITH scale, creators, u, e
  ORDER BY e.lastAt DESC, u.id
  LIMIT $limit
  WITH scale, e, coalesce(e.firstPushedAt <= e.firstAt, false) AS pushed,
    u:Anonymous OR coalesce(e.firstAt - u.createdAt < 86400000, false)
      OR EXISTS { MATCH (u)-[f:FOLLOWS]->(x:User) WHERE x IN creators AND f.at >= coalesce(f.until, f.at) } AS near
  UNWIND [
    {at: e.firstAt, pairs: 1, pushed: CASE WHEN pushed THEN 1 ELSE 0 END, people: CASE WHEN pushed OR near THEN 0 ELSE 1 END},
    {at: CASE WHEN e.completed THEN coalesce(e.firstCompletionAt, e.view1At) END, points: scale.completion},
    {at: CASE WHEN e.rewatched THEN coalesce(e.lastCompletionAt, e.view2At, e.view1At) END, points: scale.rewatch},
    {at: e.firstShareAt, points: scale.share},
    {at: e.firstCommentAt, points: scale.comment},
    {at: CASE WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN e.lastLikeAt END, points: scale.like}
  ] AS fact
  WITH fact
  WHERE fact.at IS NOT NULL
  RETURN fact
  UNION ALL
  WITH v
  WHERE v.createdAt IS NOT NULL
    AND ($country = 'ZZ' OR v.country = $country)
    AND ($language = 'und' OR v.language = $language)
  RETURN {at: v.createdAt, videos: 1} AS fact
}
// What a clock ahead told of the last minutes is booked to the hour of now; what is later is not yet.
WITH now, since, last, fact
WHERE fact.at <= now + 300000
WITH CASE WHEN fact.at < since THEN fact.at / 86400000 * 86400000 WHEN fact.at > last THEN last ELSE fact.at / 3600000 * 3600000 END AS hour, fact
RETURN hour, sum(coalesce(fact.pairs, 0)) AS users, sum(coalesce(fact.people, 0)) AS people, sum(coalesce(fact.pairs, 0)) AS pairs,
  sum(coalesce(fact.pushed, 0)) AS pushed, sum(coalesce(fact.videos, 0)) AS videos, sum(coalesce(fact.points, 0.0)) AS points
ORDER BY hour
