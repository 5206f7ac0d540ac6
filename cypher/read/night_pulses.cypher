// night_pulses: the stored pulses of one kind of entity, a row an entity and hour with parallel lists.
// params: kind STRING
// returns: entity STRING, hour INTEGER, countries LIST<STRING>, languages LIST<STRING>, users LIST<INTEGER>, pairs LIST<INTEGER>, videos LIST<INTEGER>, points LIST<FLOAT>
// try: :param {kind: 'challenge'}
MATCH (p:Pulse {kind: $kind})
RETURN p.entity AS entity, p.hour AS hour, collect(p.country) AS countries, collect(p.language) AS languages,
  collect(p.users) AS users, collect(p.pairs) AS pairs, collect(p.videos) AS videos, collect(p.points) AS points
