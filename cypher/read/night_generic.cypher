// night_generic: the hashtags and topics that say nothing, as the last night found them.
// params: none
// returns: names LIST<STRING> (ascending), topicIds LIST<STRING> (ascending)
// try: :param {}
RETURN COLLECT { MATCH (h:Hashtag) WHERE h.generic RETURN h.name ORDER BY h.name } AS names,
  COLLECT { MATCH (t:Topic) WHERE t.generic AND t.id IS NOT NULL RETURN t.id ORDER BY t.id } AS topicIds
