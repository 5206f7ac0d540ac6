// night_slots: the test slots of new videos that each person still has, a row a person; turns tell the order that chance gave them.
// params: none
// returns: userId STRING, videoIds LIST<STRING>, turns LIST<INTEGER>, waves LIST<INTEGER>, propensities LIST<FLOAT>, untils LIST<INTEGER>
// try: :param {}
MATCH (u:User)-[a:ASSIGNED]->(v:Video)
USING INDEX a:ASSIGNED(until)
WHERE a.until > 0
  AND coalesce(v.state, 'waiting') <> 'stopped'
  AND NOT EXISTS { (u)-[:SHOWN]->(v) }
RETURN u.id AS userId, collect(v.id) AS videoIds, collect(a.turn) AS turns, collect(a.wave) AS waves,
  collect(a.propensity) AS propensities, collect(a.until) AS untils
