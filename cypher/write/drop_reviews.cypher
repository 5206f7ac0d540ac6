// drop_reviews: forget decisions on trends of users and videos, and who decided where it was one of these users.
// params: userIds LIST<STRING>, videoIds LIST<STRING>
// returns: reviews INTEGER
// try: :param {userIds: ['u1'], videoIds: ['v1']}
MATCH (w:Review)
WHERE w.kind = 'video' AND w.entity IN $videoIds
  OR w.kind = 'creator' AND w.entity IN $userIds
  OR w.by IN $userIds
SET w.by = CASE WHEN w.by IN $userIds THEN null ELSE w.by END
FOREACH (gone IN CASE
    WHEN w.kind = 'video' AND w.entity IN $videoIds OR w.kind = 'creator' AND w.entity IN $userIds THEN [w]
    ELSE []
  END | DELETE gone)
RETURN count(*) AS reviews
