// suggest: videos for one user that similar viewers, creators, sounds, hashtags, challenges, people she follows and trends lead to, and those of her country and languages, best first by that and by the points a view is expected to bring, each with the parts of its score.
// params: userId STRING, limit INTEGER
// returns: videoId STRING, score FLOAT (descending), parts MAP, via LIST<MAP>
// try: :param {userId: 'u1', limit: 20}
MATCH (u:User {id: $userId})
MATCH (s:Settings {id: 'contentgraph'})
// What she saw comes again after repeatHours, if that is set: what is later than `stale` counts as seen.
WITH u, s, coalesce(s.now - s.repeatHours * 3600000.0, -1.0) AS stale
WITH u, s, coalesce(u.languages, []) AS languages, CASE
    WHEN u.restricted THEN ['everyone']
    WHEN u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
    THEN ['everyone', 'teen', 'unknown']
    ELSE ['everyone', 'teen', 'unknown', 'adult']
  END AS ratings,
  // (Here, for the rows of a cut are counted with the lists around them, decision 0034.)
  COLLECT { MATCH (u)-[f:FOLLOWS]->(x:User) WHERE f.at >= coalesce(f.until, f.at) RETURN x ORDER BY f.at DESC, x.id LIMIT 200 } AS followed,
  // As lists, because a look-up in a list is many times cheaper than a pattern a candidate.
  COLLECT { MATCH (u)-[e:ENGAGED|SAW]->(w) WHERE stale < 0.0 OR coalesce(e.lastAt > stale, true) RETURN w } AS seen,
  COLLECT { MATCH (u)-[:CREATED]->(w) RETURN w } AS own,
  COLLECT { MATCH (u)-[h:HIDES|REPORTED]->(w) WHERE h.at >= coalesce(h.until, h.at) RETURN w } AS hidden,
  COLLECT { MATCH (u)-[b:BLOCKS]-(w:User) WHERE b.at >= coalesce(b.until, b.at) RETURN w } AS blocked,
  // Sounds, under all their ids, and hashtags that she wants less of, and how much is left of what they carry: a hundredth at first, half after a half-life.
  COLLECT {
    MATCH (u)-[h:HIDES]->(x:Sound|Hashtag)
    WHERE h.at >= coalesce(h.until, h.at) AND NOT coalesce(x.generic, false)
    RETURN {things: [(x)-[:SAME_AS*0..2]-(y) | y], left: 1.0 - 0.5 ^ (CASE WHEN h.at < s.now THEN s.now - h.at ELSE 0 END / 3600000.0 / s.muteHalfLifeHours)}
  } AS muted
// Barred: what she hides, her own, and all of creators whom she blocks or hides, or who block her.
WITH u, s, languages, ratings, muted, followed, seen, own, hidden, own + hidden + COLLECT {
    UNWIND hidden + blocked AS c
    MATCH (c)-[:CREATED]->(w:Video)
    RETURN w
  } AS barred,
  // Of the people whom she followed last those who may be named: 16 or older, and known to be.
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
// Seeds: the 100 engagements that say most about her now; their shares add up to 1.
CALL (u, s, barred) {
  MATCH (u)-[e:ENGAGED]->(i)
  WHERE e.points > 0
    AND i.removedAt IS NULL
    AND NOT i IN barred
  WITH i, e, e.points ^ s.tastePower * 0.5 ^ (CASE WHEN e.lastAt < s.now THEN s.now - e.lastAt ELSE 0 END / 3600000.0 / s.tasteHalfLifeHours) AS taste
  // Of long ago it may be less than the least number there is.
  WHERE taste > 0.0
  WITH i, e, taste
  ORDER BY taste DESC, i.id
  LIMIT 100
  WITH collect({video: i, id: i.id, taste: taste, act: CASE
    WHEN e.rewatched THEN 'rewatched'
    WHEN e.completed THEN 'completed'
    WHEN e.firstShareAt IS NOT NULL THEN 'shared'
    WHEN e.firstCommentAt IS NOT NULL THEN 'commented'
    ELSE 'liked' END}) AS found, sum(taste) AS total
  RETURN [seed IN found | {video: seed.video, id: seed.id, act: seed.act, share: seed.taste / total}] AS seeds, total
}
// Profile: what her 50 latest views say of her taste, each by the points it brought over those expected; what she hides or skips pushes away.
CALL (u, s, own, hidden) {
  MATCH (u)-[e:ENGAGED]->(i)
  WHERE NOT i IN own
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
// Entities: whom she follows, what her seeds have in common, and what was folded. At most 200, 60 and 30.
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
  MATCH (i)<-[:CREATED]-(x)
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
WITH u, s, languages, ratings, muted, friends, seen, barred, seeds, profile, [row IN collect({entity: x, source: source, pull: pull, acts: acts}) WHERE row.entity IS NOT NULL] AS entities
// Candidates by source. Seen, rating, country and removed are filtered before each cut. (Lists stay out of grouping keys. Of an unknown country it is not true that it is NOT IN a list: then nothing that is withheld anywhere.)
CALL (u, s, languages, ratings, friends, seen, barred, seeds, entities) {
  CALL (u, s, languages, ratings, friends, seen, barred, seeds, entities) {
    CALL (seeds) {
      WITH size(seeds[..60]) AS walked, seeds
      UNWIND range(0, walked - 1) AS k
      WITH k, walked, seeds[k].video AS i, seeds[k].share AS share
      MATCH (i)-[n:SIMILAR]->(v)
      // About fifteen hundred steps in all, from the 60 first: the longer the history, the nearer the neighbours.
      WHERE n.rank <= 1500 / walked
      RETURN v, sum(share * n.weight) AS path, collect([k, share * n.weight, n.alike]) AS steps
    }
    WITH v, path * v.lift AS raw, steps
    ORDER BY raw DESC, v.id
    WITH v, raw, steps
    WHERE raw > 0.0
      AND NOT v IN seen
      AND coalesce(v.rating, 'unknown') IN ratings
      AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
      AND NOT v:Unannounced
      AND v.removedAt IS NULL
    WITH v, raw, steps
    ORDER BY raw DESC, v.id
    LIMIT 200
    WITH collect({video: v, raw: raw, steps: steps}) AS rows, max(raw) AS top
    UNWIND rows AS row
    WITH row.video AS v, s.weightSimilar * row.raw / top AS part, row.steps AS steps
    RETURN v, part, {source: 'similar', part: part, steps: steps} AS reason
    UNION ALL
    UNWIND entities AS row
    WITH row, row.entity AS x
    MATCH (x)-[f:FEATURED]->(v)
    WITH v, row, x, row.pull * f.score AS part
    ORDER BY part DESC, v.id
    WITH v, row, x, part
    WHERE NOT v IN seen
      AND coalesce(v.rating, 'unknown') IN ratings
      AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
      AND v.removedAt IS NULL
    WITH v, row, x, part
    ORDER BY part DESC, v.id
    LIMIT 100
    RETURN v, part, {source: row.source, part: part, entity: x, acts: row.acts} AS reason
    UNION ALL
    // Social proof: what these 30 shared, commented or liked.
    CALL (s, friends) {
      UNWIND friends AS x
      // Of who did more than this no walk is taken.
      WITH s, x
      WHERE COUNT { (x)-[:ENGAGED]->() } <= 300
      MATCH (x)-[e:ENGAGED]->(v)
      WITH s, x, v, e, CASE
        WHEN e.points = 0 THEN null
        WHEN e.firstShareAt IS NOT NULL THEN 'shared'
        WHEN e.firstCommentAt IS NOT NULL THEN 'commented'
        WHEN e.lastLikeAt >= coalesce(e.lastUnlikeAt, e.lastLikeAt) THEN 'liked' END AS act
      WHERE act IS NOT NULL
        AND NOT EXISTS { (x)-[:CREATED]->(v) }
      RETURN v, act, 0.5 ^ (CASE WHEN e.lastAt < s.now THEN s.now - e.lastAt ELSE 0 END / 3600000.0 / s.tasteHalfLifeHours) AS pull
    }
    WITH s, v, sum(pull) AS raw, collect(act) AS acts
    WHERE raw > 0.0
      AND coalesce(v.rating, 'unknown') IN ratings
      AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
      AND v.removedAt IS NULL
      AND NOT v IN seen
      AND NOT v IN barred
    WITH s, v, raw, acts
    ORDER BY raw DESC, v.id
    LIMIT 100
    WITH s, collect({video: v, raw: raw, acts: acts}) AS rows, max(raw) AS top
    UNWIND rows AS row
    WITH row.video AS v, s.weightSocial * row.raw / top AS part, row.acts AS acts
    RETURN v, part, {source: 'social', part: part, acts: acts} AS reason
    UNION ALL
    // Trending today where she is, or everywhere.
    UNWIND CASE WHEN u.country IS NULL THEN ['ZZ'] ELSE [u.country, 'ZZ'] END AS country
    MATCH (t:Trend)
    WHERE t.kind = 'video' AND t.country = country AND t.language = 'und' AND t.hours = 24 AND t.rank <= 20
    OPTIONAL MATCH (w:Review {kind: 'video', entity: t.entity})
    WITH s, t, w
    WHERE coalesce(w.approved, NOT coalesce(s.review, false))
    MATCH (v:Video {id: t.entity})
    WHERE coalesce(v.rating, 'unknown') IN ratings
      AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
      AND v.removedAt IS NULL
      AND NOT v IN seen
    WITH s, v, min(t.rank) AS rank, max(CASE WHEN t.country <> 'ZZ' THEN t.country END) AS place
    WITH v, s.weightTrending / rank AS part, place
    RETURN v, part, {source: 'trending', part: part, place: place} AS reason
    UNION ALL
    // Local: while little is known of her, the best of her country and of the first two of her languages; half as much where it is not both.
    // (Country and language stand in the order, so that it is that of the index.)
    WITH *, CASE WHEN size(seeds) < 10 THEN u.country END AS country, CASE WHEN size(seeds) < 10 THEN languages[..2] ELSE [] END AS spoken
    CALL (u, country, spoken, ratings, seen, barred) {
      MATCH (v:Video)
      USING INDEX SEEK v:Video(country, prior)
      WHERE v.country = country
        AND v.prior > 0.0
        AND coalesce(v.rating, 'unknown') IN ratings
        AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
        AND v.removedAt IS NULL
        AND NOT v:Unannounced
        AND NOT v IN seen
        AND NOT v IN barred
      WITH v
      ORDER BY v.country DESC, v.prior DESC, v.id
      LIMIT 50
      RETURN v
      UNION ALL
      UNWIND spoken AS language
      CALL (u, language, ratings, seen, barred) {
        MATCH (v:Video)
        USING INDEX SEEK v:Video(language, prior)
        WHERE v.language = language
          AND v.prior > 0.0
          AND coalesce(v.rating, 'unknown') IN ratings
          AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
          AND v.removedAt IS NULL
          AND NOT v:Unannounced
          AND NOT v IN seen
          AND NOT v IN barred
        WITH v
        ORDER BY v.language DESC, v.prior DESC, v.id
        LIMIT 50
        RETURN v
      }
      RETURN v
    }
    WITH s, languages, v, size(seeds) AS known, CASE v.country WHEN country THEN country END AS place
    WITH DISTINCT v, place, s.weightLocal * s.weightPopular * v.prior / (1 + known) * CASE WHEN place IS NOT NULL AND v.language IN languages THEN 1.0 ELSE 0.5 END AS part
    RETURN v, part, {source: 'local', part: part, place: place} AS reason
    UNION ALL
    MATCH (v:Video)
    USING INDEX SEEK v:Video(prior)
    WHERE v.prior > 0.0
      AND coalesce(v.rating, 'unknown') IN ratings
      AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
      AND v.removedAt IS NULL
      AND NOT v:Unannounced
      AND NOT v IN seen
      AND NOT v IN barred
    WITH v
    ORDER BY v.prior DESC, v.id
    LIMIT CASE WHEN $limit > 100 THEN $limit ELSE 100 END
    WITH v, s.weightPopular * v.prior AS part
    RETURN v, part, {source: 'popular', part: part} AS reason
  }
  // Sorted whole and cut behind a condition: a cut at once would be a Top, which counts the lists around each row it keeps (decision 0034).
  WITH v, sum(part) AS relevance, collect(reason) AS via
  ORDER BY relevance DESC, v.id
  WITH v, relevance, via
  WHERE relevance > 0.0
    AND NOT v IN barred
    AND NOT v:Unannounced
  RETURN v, relevance, via
  ORDER BY relevance DESC, v.id
  LIMIT CASE WHEN $limit > 300 THEN $limit ELSE 300 END
}
// Value: the points that a view is expected to bring her, by the video's worth, her taste, how it travels to her language, and what she wants less of.
WITH s, seeds, v, relevance, via, v.taste AS place, profile, CASE
    WHEN size(languages) = 0 OR v.language IS NULL OR v.language IN languages THEN 1.0
    ELSE coalesce(v.travel, 1.0) END * CASE
    WHEN size(muted) = 0 THEN 1.0
    ELSE reduce(left = 1.0, m IN [m IN muted WHERE EXISTS { MATCH (v)-[:USES|TAGGED]->(x) WHERE x IN m.things }] | left * CASE WHEN m.left > 0.01 THEN m.left ELSE 0.01 END) END AS fit
WITH seeds, v, relevance, via, relevance ^ s.relevance * fit * coalesce(v.worth, 1.0) * exp(CASE
    WHEN place IS NULL OR profile IS NULL THEN 0.0
    ELSE reduce(sum = 0.0, d IN range(0, size(place) - 1) | sum + place[d] * profile[d]) END) AS score
ORDER BY score DESC, v.id
WITH seeds, v, relevance, via, score
WHERE NOT EXISTS { MATCH (v)<-[:CREATED]-(c) WHERE c.removedAt IS NOT NULL }
WITH seeds, v, relevance, via, score
ORDER BY score DESC, v.id
LIMIT $limit
// What led there, with every part in the unit of the score.
WITH v, score, [r IN via | {
    source: r.source, part: r.part * score / relevance, acts: r.acts,
    id: coalesce(r.entity.id, r.entity.name), name: coalesce(r.entity.title, r.entity.name, r.place),
    steps: [step IN r.steps | {id: seeds[step[0]].id, act: seeds[step[0]].act, part: step[1], alike: step[2]}]
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
  } AS parts, via
ORDER BY score DESC, videoId
