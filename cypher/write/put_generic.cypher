// put_generic: mark the hashtags that say nothing, and unmark all others.
// params: names LIST<STRING>
// returns: hashtags INTEGER
// try: :param {names: ['foryou']}
MATCH (h:Hashtag)
WHERE coalesce(h.generic, false) <> (h.name IN $names)
SET h.generic = h.name IN $names
RETURN count(*) AS hashtags
