// night_pulses: the stored pulses of one kind of entity from a day on, a row an entity and day with parallel lists, a place a cell.
// params: kind STRING, since INTEGER (start of the day, inclusive)
// returns: entity STRING, day INTEGER, hours LIST<INTEGER>, countries LIST<STRING>, languages LIST<STRING>, users LIST<INTEGER>, people LIST<INTEGER>, pairs LIST<INTEGER>, pushed LIST<INTEGER>, videos LIST<INTEGER>, points LIST<FLOAT>
// try: :param {kind: 'challenge', since: 0}
MATCH (p:Pulse {kind: $kind})
WHERE p.day >= $since
RETURN p.entity AS entity, p.day AS day, p.hours AS hours, p.countries AS countries, p.languages AS languages,
  p.users AS users, p.people AS people, p.pairs AS pairs, p.pushed AS pushed, p.videos AS videos, p.points AS points
