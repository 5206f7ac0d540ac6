// explain: why one video is, or is not, suggested to one user: every path that suggest would count for it, with the parts of its score; no row for a video she may not see.
// params: userId STRING, videoId STRING
// returns: videoId STRING, score FLOAT, parts MAP, via LIST<MAP>, withheld LIST<STRING> (seen or own: why suggest leaves it out all the same)
// try: :param {userId: 'u1', videoId: 'v1'}
MATCH (u:User {id: $userId})
MATCH (s:Settings {id: 'contentgraph'})
MATCH (v:Video {id: $videoId})
WITH u, s, v, coalesce(s.now - s.repeatHours * 3600000.0, -1.0) AS stale, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings
WHERE coalesce(v.rating, 'unknown') IN ratings
  AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
  AND u.removedAt IS NULL
  AND v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(v) WHERE h.at >= coalesce(h.until, h.at) }
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
    OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
    OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
// Seeds, profile and entities as in suggest; the video itself is no reason for itself, unless it comes again.
WITH u, s, v, stale, ratings, EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(v) WHERE coalesce(e.lastAt > stale, true) } AS seen,
  COLLECT { MATCH (u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) RETURN x ORDER BY f.at DESC, x.id LIMIT 200 } AS followed,
  COLLECT { MATCH (u)-[:CREATED]->(w:Video) RETURN w } AS own,
  COLLECT { MATCH (u)-[h:HIDES|REPORTED]->(w) WHERE h.at >= coalesce(h.until, h.at) RETURN w } AS hidden,
  COLLECT { MATCH (u)-[b:BLOCKS]-(w:User) WHERE b.at >= coalesce(b.until, b.at) RETURN w } AS blocked
WITH u, s, v, stale, seen, ratings, followed, own, hidden, own + hidden + COLLECT {
    UNWIND hidden + blocked AS c
    MATCH (c)-[:CREATED]->(w:Video)
    RETURN w
  } AS barred,
  COLLECT {
    MATCH (u)-[f:FOLLOWS]->(x:User)
    WHERE f.at >= coalesce(f.until, f.at)
      AND datetime({epochMillis: s.now}).year - x.birthYear > 16
      AND x.removedAt IS NULL
      AND NOT x:Unannounced
      AND NOT x IN hidden
      AND NOT x IN blocked
    RETURN x
    ORDER BY f.at DESC, x.id
    LIMIT 30
  } AS friends
CALL (u, s, v, seen, barred) {
  MATCH (u)-[e:ENGAGED]->(i:Video)
  WHERE e.points > 0
    AND i.removedAt IS NULL
    AND (i <> v OR NOT seen)
    AND NOT i IN barred
  WITH i, e, e.points ^ s.tastePower * 0.5 ^ (CASE WHEN e.lastAt < s.now THEN s.now - e.lastAt ELSE 0 END / 3600000.0 / s.tasteHalfLifeHours) AS taste
  // Of long ago it may be less than the least number there is.
  WHERE taste > 0.0
  WITH i, e, taste
  ORDER BY taste DESC, i.id
  LIMIT 100
  WITH collect({video: i, taste: taste, act: CASE
    WHEN e.rewatched THEN 'rewatched'
    WHEN e.completed THEN 'completed'
    WHEN e.firstShareAt IS NOT NULL THEN 'shared'
    WHEN e.firstCommentAt IS NOT NULL THEN 'commented'
    ELSE 'liked' END}) AS found, sum(taste) AS total
  RETURN [seed IN found | {video: seed.video, act: seed.act, share: seed.taste / total}] AS seeds, total
}
CALL (u, s, v, seen, own, hidden) {
  MATCH (u)-[e:ENGAGED]->(i:Video)
  WHERE NOT i IN own
    AND (i <> v OR NOT seen)
  WITH e, i
  ORDER BY e.lastAt DESC, i.id
  LIMIT 50
  WITH i.taste AS place, CASE
    WHEN i IN hidden THEN -1.0
    WHEN e.points = 0.0 AND (e.view1Ms < 2000 OR e.view1Ms < 0.1 * i.durationMs) THEN 1.0 - s.profileSurprise - s.profileSkip
    ELSE 1.0 + s.profileSurprise * (e.points / i.worth - 1.0) END AS pull,
    0.5 ^ (CASE WHEN e.lastAt < s.now THEN s.now - e.lastAt ELSE 0 END / 3600000.0 / s.profileHalfLifeHours) AS weight
  WHERE place IS NOT NULL
  WITH collect({place: place, pull: weight * pull}) AS views, sum(weight) AS told
  RETURN CASE WHEN size(views) > 0 THEN [d IN range(0, size(views[0].place) - 1) |
    s.profileSlope / (s.profileDoubt + told) * reduce(sum = 0.0, view IN views | sum + view.pull * view.place[d])] END AS profile
}
OPTIONAL CALL (u, s, followed, seeds, total) {
  UNWIND followed AS x
  RETURN x, 'creator' AS source, s.weightFollowed AS pull, ['followed'] AS acts
  UNION ALL
  WITH s, seeds
  UNWIND seeds AS seed
  WITH s, seed.video AS i, seed.share AS share, seed.act AS act
  MATCH (i)-[:USES|TAGGED|ANSWERS]->(x)
  WHERE NOT coalesce(x.generic, false) AND x.removedAt IS NULL AND NOT x:Unannounced
  WITH s, x, sum(share) AS share, collect(act) AS acts
  ORDER BY share DESC, coalesce(x.id, x.name)
  LIMIT 40
  WITH s, x, share, acts, CASE WHEN x:Sound THEN 'sound' WHEN x:Hashtag THEN 'hashtag' ELSE 'challenge' END AS source
  RETURN x, source, acts,
    share * CASE source WHEN 'sound' THEN s.weightSound WHEN 'hashtag' THEN s.weightHashtag ELSE s.weightChallenge END AS pull
  UNION ALL
  WITH s, seeds
  UNWIND seeds AS seed
  WITH s, seed.video AS i, seed.share AS share, seed.act AS act
  MATCH (i)<-[:CREATED]-(x:User)
  WITH s, x, sum(share) AS share, collect(act) AS acts
  ORDER BY share DESC, x.id
  LIMIT 20
  RETURN x, 'creator' AS source, share * s.weightCreator AS pull, acts
  UNION ALL
  // What engagement of long ago was folded to: each sum as one engagement of its points, beside the seeds and the others of its kind.
  WITH u, s, total
  MATCH (u)-[f:FOLDED]->(x)
  WHERE NOT coalesce(x.generic, false)
  WITH s, total, x, CASE WHEN x:User THEN 'creator' WHEN x:Sound THEN 'sound' ELSE 'hashtag' END AS source,
    f.points ^ s.tastePower * 0.5 ^ (CASE WHEN f.lastAt < s.now THEN s.now - f.lastAt ELSE 0 END / 3600000.0 / s.tasteHalfLifeHours) AS taste
  WHERE taste > 0.0
  // Greatest first, so that their sum, to the last bit, is not a matter of how the store lists them.
  WITH s, total, source, x, taste
  ORDER BY taste DESC
  WITH s, total, source, collect({entity: x, taste: taste}) AS rows, sum(taste) AS folded
  UNWIND rows AS row
  RETURN row.entity AS x, source, row.taste / (total + folded)
    * CASE source WHEN 'creator' THEN s.weightCreator WHEN 'sound' THEN s.weightSound ELSE s.weightHashtag END AS pull, ['watched'] AS acts
}
WITH u, s, v, stale, seen, ratings, friends, barred, seeds, profile, [row IN collect({entity: x, source: source, pull: pull, acts: acts}) WHERE row.entity IS NOT NULL] AS entities
// What leads to this one video. Popular counts if it is among the 100 that suggest takes from there.
CALL (u, s, v, stale, ratings, friends, barred, seeds, entities) {
  CALL (u, s, v, stale, ratings, friends, barred, seeds, entities) {
    WITH u, s, v, stale, ratings, seeds[..60] AS walked
    UNWIND walked AS seed
    WITH u, s, v, stale, ratings, walked, seed, seed.video AS i
    MATCH (i)-[n:SIMILAR]->(w:Video)
    WHERE n.rank <= 1500 / size(walked)
    WITH u, s, v, stale, ratings, w, sum(seed.share * n.weight) AS path,
      collect({id: i.id, act: seed.act, part: seed.share * n.weight, alike: n.alike}) AS steps
    WITH u, s, v, stale, ratings, w, steps, path * w.lift AS raw
    ORDER BY raw DESC, w.id
    WITH u, s, v, stale, ratings, w, steps, raw
    WHERE raw > 0.0
      AND coalesce(w.rating, 'unknown') IN ratings
      AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
      AND w.removedAt IS NULL
      AND NOT w:Unannounced
      AND CASE WHEN w = v THEN true ELSE NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
    WITH s, v, w, steps, raw
    ORDER BY raw DESC, w.id
    LIMIT 200
    WITH s, v, collect({video: w, raw: raw, steps: steps}) AS rows, max(raw) AS top
    UNWIND rows AS row
    WITH s, v, row, top
    WHERE row.video = v
    RETURN {source: 'similar', part: s.weightSimilar * row.raw / top, steps: row.steps} AS reason
    UNION ALL
    WITH u, s, v, stale, ratings, entities
    UNWIND entities AS row
    WITH u, s, v, stale, ratings, row, row.entity AS x
    MATCH (x)-[f:FEATURED]->(w:Video)
    WITH u, s, v, stale, ratings, row, x, w, row.pull * f.score AS part
    ORDER BY part DESC, w.id
    WITH u, s, v, stale, ratings, row, x, w, part
    WHERE coalesce(w.rating, 'unknown') IN ratings
      AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
      AND w.removedAt IS NULL
      AND CASE WHEN w = v THEN true ELSE NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
    WITH v, row, x, w, part
    ORDER BY part DESC, w.id
    LIMIT 100
    WITH v, row, x, w, part
    WHERE w = v
    RETURN {source: row.source, part: part, entity: x, acts: row.acts} AS reason
    UNION ALL
    CALL (s, friends) {
      UNWIND friends AS x
      WITH s, x
      WHERE COUNT { (x)-[:ENGAGED]->() } <= 300
      MATCH (x)-[e:ENGAGED]->(w:Video)
      WITH s, x, w, e, CASE
        WHEN e.points = 0 THEN null
        WHEN e.firstShareAt IS NOT NULL THEN 'shared'
        WHEN e.firstCommentAt IS NOT NULL THEN 'commented'
        WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN 'liked' END AS act
      WHERE act IS NOT NULL
        AND NOT EXISTS { (x)-[:CREATED]->(w) }
      RETURN w, act, 0.5 ^ (CASE WHEN e.lastAt < s.now THEN s.now - e.lastAt ELSE 0 END / 3600000.0 / s.tasteHalfLifeHours) AS pull
    }
    WITH u, s, v, stale, ratings, barred, w, sum(pull) AS raw, collect(act) AS acts
    WHERE raw > 0.0
      AND coalesce(w.rating, 'unknown') IN ratings
      AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
      AND w.removedAt IS NULL
      AND CASE WHEN w = v THEN true ELSE NOT w IN barred AND NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
    WITH s, v, w, raw, acts
    ORDER BY raw DESC, w.id
    LIMIT 100
    WITH s, v, collect({video: w, raw: raw, acts: acts}) AS rows, max(raw) AS top
    UNWIND rows AS row
    WITH s, v, row, top
    WHERE row.video = v
    RETURN {source: 'social', part: s.weightSocial * row.raw / top, acts: row.acts} AS reason
    UNION ALL
    WITH u, s, v
    UNWIND CASE WHEN u.country IS NULL THEN ['ZZ'] ELSE [u.country, 'ZZ'] END AS country
    MATCH (t:Trend)
    WHERE t.kind = 'video' AND t.country = country AND t.language = 'und' AND t.hours = 24 AND t.rank <= 20 AND t.entity = v.id
    OPTIONAL MATCH (w:Review {kind: 'video', entity: t.entity})
    WITH s, t, w
    WHERE coalesce(w.approved, NOT coalesce(s.review, false))
    WITH s, min(t.rank) AS rank, max(CASE WHEN t.country <> 'ZZ' THEN t.country END) AS place
    WHERE rank IS NOT NULL
    RETURN {source: 'trending', part: s.weightTrending / rank, place: place} AS reason
    UNION ALL
    WITH *, CASE WHEN size(seeds) < 10 THEN u.country END AS country, CASE WHEN size(seeds) < 10 THEN coalesce(u.languages, [])[..2] ELSE [] END AS spoken
    CALL (u, s, v, stale, ratings, barred, country, spoken) {
      MATCH (w:Video)
      USING INDEX SEEK w:Video(country, prior)
      WHERE w.country = country
        AND w.prior > 0.0
        AND coalesce(w.rating, 'unknown') IN ratings
        AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
        AND w.removedAt IS NULL
        AND NOT w:Unannounced
        AND CASE WHEN w = v THEN true ELSE NOT w IN barred AND NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
      WITH w
      ORDER BY w.country DESC, w.prior DESC, w.id
      LIMIT 50
      RETURN w
      UNION ALL
      UNWIND spoken AS language
      CALL (u, s, v, stale, ratings, barred, language) {
        MATCH (w:Video)
        USING INDEX SEEK w:Video(language, prior)
        WHERE w.language = language
          AND w.prior > 0.0
          AND coalesce(w.rating, 'unknown') IN ratings
          AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
          AND w.removedAt IS NULL
          AND NOT w:Unannounced
          AND CASE WHEN w = v THEN true ELSE NOT w IN barred AND NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
        WITH w
        ORDER BY w.language DESC, w.prior DESC, w.id
        LIMIT 50
        RETURN w
      }
      RETURN w
    }
    WITH u, s, v, w, size(seeds) AS known, country
    WHERE w = v
    WITH DISTINCT s, v, known, v.language IN coalesce(u.languages, []) AS understood, CASE v.country WHEN country THEN country END AS place
    RETURN {source: 'local', part: s.weightLocal * s.weightPopular * v.prior / (1 + known) * CASE WHEN place IS NOT NULL AND understood THEN 1.0 ELSE 0.5 END, place: place} AS reason
    UNION ALL
    WITH u, s, v, stale, ratings
    MATCH (w:Video)
    USING INDEX SEEK w:Video(prior)
    WHERE w.prior > 0.0
      AND coalesce(w.rating, 'unknown') IN ratings
      AND CASE WHEN w:Withheld THEN NOT u.country IN w.withheldIn ELSE true END
      AND w.removedAt IS NULL
      AND NOT w:Unannounced
      AND CASE WHEN w = v THEN true ELSE NOT EXISTS { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE coalesce(e.lastAt > stale, true) } END
      AND NOT EXISTS { MATCH (u)-[h:HIDES|REPORTED]->(w) WHERE h.at >= coalesce(h.until, h.at) }
      AND NOT EXISTS { MATCH (w)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL
        OR (c = u AND w <> v)
        OR EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED]->(c) WHERE b.at >= coalesce(b.until, b.at) }
        OR EXISTS { MATCH (c)-[b:BLOCKS]->(u) WHERE b.at >= coalesce(b.until, b.at) } }
    WITH u, s, v, w
    ORDER BY w.prior DESC, w.id
    LIMIT 100
    WITH s, v, w
    WHERE w = v
    RETURN {source: 'popular', part: s.weightPopular * v.prior} AS reason
  }
  RETURN collect(reason) AS via
}
// Value as in suggest, and every part in the unit of the score.
WITH u, v, seen, via, s, v.taste AS place, profile, reduce(sum = 0.0, r IN via | sum + r.part) AS relevance, CASE
    WHEN size(coalesce(u.languages, [])) = 0 OR v.language IS NULL OR v.language IN u.languages THEN 1.0
    ELSE coalesce(v.travel, 1.0) END * reduce(left = 1.0, m IN COLLECT {
      MATCH (u)-[h:HIDES]->(x:Sound|Hashtag)
      WHERE h.at >= coalesce(h.until, h.at) AND NOT coalesce(x.generic, false) AND EXISTS { (v)-[:USES|TAGGED]->()-[:SAME_AS*0..2]-(x) }
      RETURN 1.0 - 0.5 ^ (CASE WHEN h.at < s.now THEN s.now - h.at ELSE 0 END / 3600000.0 / s.muteHalfLifeHours)
    } | left * CASE WHEN m > 0.01 THEN m ELSE 0.01 END) AS fit
WITH u, v, seen, via, relevance, CASE WHEN relevance = 0.0 THEN 0.0 ELSE relevance ^ s.relevance * fit * coalesce(v.worth, 1.0) * exp(CASE
    WHEN place IS NULL OR profile IS NULL THEN 0.0
    ELSE reduce(sum = 0.0, d IN range(0, size(place) - 1) | sum + place[d] * profile[d]) END) END AS score
WITH u, v, seen, score, [r IN via WHERE relevance > 0.0 | {
    source: r.source, part: r.part * score / relevance, acts: r.acts,
    id: coalesce(r.entity.id, r.entity.name), name: coalesce(r.entity.title, r.entity.name, r.place), steps: r.steps
  }] AS via
RETURN v.id AS videoId, score, {
    similar: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'similar' THEN r.part ELSE 0.0 END),
    creator: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'creator' THEN r.part ELSE 0.0 END),
    sound: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'sound' THEN r.part ELSE 0.0 END),
    hashtag: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'hashtag' THEN r.part ELSE 0.0 END),
    challenge: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'challenge' THEN r.part ELSE 0.0 END),
    social: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'social' THEN r.part ELSE 0.0 END),
    trending: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'trending' THEN r.part ELSE 0.0 END),
    local: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'local' THEN r.part ELSE 0.0 END),
    popular: reduce(sum = 0.0, r IN via | sum + CASE r.source WHEN 'popular' THEN r.part ELSE 0.0 END)
  } AS parts, via,
  CASE WHEN seen THEN ['seen'] ELSE [] END
    + CASE WHEN EXISTS { (u)-[:CREATED]->(v) } THEN ['own'] ELSE [] END AS withheld
