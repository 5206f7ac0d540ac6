// night_generic: the hashtags that say nothing, as the last night found them.
// params: none
// returns: names LIST<STRING> (ascending)
// try: :param {}
RETURN COLLECT { MATCH (h:Hashtag) WHERE h.generic RETURN h.name ORDER BY h.name } AS names
