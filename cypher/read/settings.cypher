// settings: what the read statements need besides their parameters, as the last night left it.
// params: none
// returns: settings MAP
// try: :param {}
MATCH (s:Settings {id: 'contentgraph'})
RETURN properties(s) AS settings
