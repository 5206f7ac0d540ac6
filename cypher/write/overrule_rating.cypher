// overrule_rating: a person decides that the rating which analysis proposes for a video does not hold; what was told holds again, and no later analysis proposes.
// params: videoId STRING, by STRING, at INTEGER
// returns: videoId STRING, proposed STRING (what was proposed), rating STRING (what holds now)
// try: :param {videoId: 'v1', by: 'moderator', at: 1767225600000}
MATCH (v:Video {id: $videoId})
WITH v, v.proposedRating AS proposed
SET v.rating = CASE WHEN proposed IS NULL THEN v.rating ELSE v.toldRating END,
  v.overruledBy = $by, v.overruledAt = $at
REMOVE v.proposedRating, v.toldRating
RETURN v.id AS videoId, proposed, v.rating AS rating
