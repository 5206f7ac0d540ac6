// put_salt: the salts of tombstones, the first of which new ones are made with; the given one is taken where there is none.
// params: salt STRING
// returns: salts LIST<STRING>
// try: :param {salt: '00'}
MERGE (s:Settings {id: 'contentgraph'})
SET s.erasureSalts = coalesce(s.erasureSalts, [$salt])
RETURN s.erasureSalts AS salts
