// drop_from_trends: take users and videos out of the stored trends; those that are of them are deleted. Of a country, which the erased person may have been the one to bring in, fewer than ten people are no longer told.
// params: userIds LIST<STRING>, videoIds LIST<STRING>, country STRING (null for none)
// returns: trends INTEGER
// try: :param {userIds: ['u1'], videoIds: ['v1'], country: null}
MATCH (t:Trend)
WHERE t.kind = 'video' AND t.entity IN $videoIds
  OR t.kind = 'creator' AND t.entity IN $userIds
  OR any(id IN t.videos WHERE id IN $videoIds)
  OR t.kind = 'video' AND any(id IN t.also WHERE id IN $videoIds)
  OR t.kind = 'creator' AND any(id IN t.also WHERE id IN $userIds)
  OR any(k IN range(0, coalesce(size(t.countries), 0) - 1) WHERE t.countries[k] = $country AND t.people[k] < 10)
WITH t, [k IN range(0, coalesce(size(t.countries), 0) - 1) WHERE NOT coalesce(t.countries[k] = $country AND t.people[k] < 10, false)] AS kept
SET t.videos = [id IN t.videos WHERE NOT id IN $videoIds],
  t.also = [id IN t.also
    WHERE NOT (t.kind = 'video' AND id IN $videoIds) AND NOT (t.kind = 'creator' AND id IN $userIds)],
  t.people = [k IN kept | t.people[k]]
SET t.countries = [k IN kept | t.countries[k]]
FOREACH (gone IN CASE
    WHEN t.kind = 'video' AND t.entity IN $videoIds OR t.kind = 'creator' AND t.entity IN $userIds THEN [t]
    ELSE []
  END | DELETE gone)
RETURN count(*) AS trends
