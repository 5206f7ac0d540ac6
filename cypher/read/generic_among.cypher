// generic_among: which of some hashtags say nothing, as the last night found them: they mark no challenge.
// params: names LIST<STRING>
// returns: name STRING (ascending)
// try: :param {names: ['foryou']}
UNWIND $names AS name
MATCH (h:Hashtag {name: name})
WHERE h.generic
RETURN DISTINCT h.name AS name
ORDER BY name
