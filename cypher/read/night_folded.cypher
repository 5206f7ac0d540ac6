// night_folded: what is left of the folded engagements of each person who has any: videos that she saw, and what creators, sounds and hashtags brought her.
// params: none
// returns: userId STRING, sawIds LIST<STRING>, folded LIST<LIST<ANY>> (kind, id, points, lastAt)
// try: :param {}
MATCH (u:User)
WHERE EXISTS { (u)-[:SAW|FOLDED]->() }
RETURN u.id AS userId, [(u)-[:SAW]->(v:Video) | v.id] AS sawIds,
  [(u)-[f:FOLDED]->(x) |
    [CASE WHEN x:User THEN 'creator' WHEN x:Sound THEN 'sound' ELSE 'hashtag' END, coalesce(x.id, x.name), f.points, f.lastAt]] AS folded
