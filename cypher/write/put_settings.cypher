// put_settings: set some of the settings.
// params: properties MAP
// returns: id STRING
// try: :param {properties: {now: 1767225600000}}
MERGE (s:Settings {id: 'contentgraph'})
SET s += $properties
RETURN s.id AS id
