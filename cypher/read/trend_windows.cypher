// trend_windows: for which windows of hours the last night computed trends of one kind, and for how many countries.
// params: kind STRING (challenge, hashtag, sound, topic, video or creator)
// returns: hours INTEGER (ascending), countries INTEGER
// try: :param {kind: 'challenge'}
MATCH (t:Trend)
WHERE t.kind = $kind AND t.country IS NOT NULL AND t.language IS NOT NULL AND t.hours IS NOT NULL AND t.rank IS NOT NULL
RETURN t.hours AS hours, count(DISTINCT t.country) AS countries
ORDER BY hours
