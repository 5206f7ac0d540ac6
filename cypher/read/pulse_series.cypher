// pulse_series: hourly people, pairs, new videos and points of one challenge, hashtag, sound or topic, of viewers in one country (ZZ: all) and of one language (und: all); by the day where it is older than 35 days.
// params: kind STRING, entity STRING, country STRING, language STRING
// returns: hour INTEGER (ascending), users INTEGER, people INTEGER, pairs INTEGER, pushed INTEGER, videos INTEGER, points FLOAT
// try: :param {kind: 'challenge', entity: 'c1', country: 'ZZ', language: 'und'}
OPTIONAL MATCH (:Sound {id: $entity})-[:SAME_AS]->(o:Sound)
WITH CASE WHEN $kind = 'sound' THEN coalesce(o.id, $entity) ELSE $entity END AS entity
MATCH (p:Pulse {kind: $kind, entity: entity})
WHERE p.day IS NOT NULL
UNWIND range(0, size(p.hours) - 1) AS i
WITH p, i
WHERE ($country = 'ZZ' OR p.countries[i] = $country)
  AND ($language = 'und' OR p.languages[i] = $language)
RETURN p.hours[i] AS hour, sum(p.users[i]) AS users, sum(p.people[i]) AS people, sum(p.pairs[i]) AS pairs,
  sum(p.pushed[i]) AS pushed, sum(p.videos[i]) AS videos,
  sum(p.points[i]) AS points
ORDER BY hour
