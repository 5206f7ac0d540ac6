// drop_from_trends: take users and videos out of the stored trends; those that are of them are deleted.
// params: userIds LIST<STRING>, videoIds LIST<STRING>
// returns: trends INTEGER
// try: :param {userIds: ['u1'], videoIds: ['v1']}
MATCH (t:Trend)
WHERE t.kind = 'video' AND t.entity IN $videoIds
  OR t.kind = 'creator' AND t.entity IN $userIds
  OR any(id IN t.videos WHERE id IN $videoIds)
  OR t.kind = 'video' AND any(id IN t.also WHERE id IN $videoIds)
  OR t.kind = 'creator' AND any(id IN t.also WHERE id IN $userIds)
SET t.videos = [id IN t.videos WHERE NOT id IN $videoIds],
  t.also = [id IN t.also
    WHERE NOT (t.kind = 'video' AND id IN $videoIds) AND NOT (t.kind = 'creator' AND id IN $userIds)]
FOREACH (gone IN CASE
    WHEN t.kind = 'video' AND t.entity IN $videoIds OR t.kind = 'creator' AND t.entity IN $userIds THEN [t]
    ELSE []
  END | DELETE gone)
RETURN count(*) AS trends
