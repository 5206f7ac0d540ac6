// put_defaults: set the settings that have no value yet.
// params: properties MAP
// returns: id STRING
// try: :param {properties: {weightPopular: 1.0}}
MERGE (s:Settings {id: 'contentgraph'})
WITH s, properties(s) AS kept
SET s += $properties
SET s += kept
RETURN s.id AS id
