// schema_names: the constraints and indexes that are there.
// params: none
// returns: name STRING
// try: :param {}
SHOW INDEXES
YIELD name
RETURN name
ORDER BY name
