// put_salt: the salts of tombstones, the first of which new ones are made with; the given one is taken where there is none. The first SET takes the node's lock: whoever asks next waits until this transaction ends.
// params: salt STRING
// returns: salts LIST<STRING>
// try: :param {salt: '00'}
MERGE (s:Settings {id: 'contentgraph'})
SET s.nightAsked = coalesce(s.nightAsked, 0) + 1
WITH s
SET s.erasureSalts = coalesce(s.erasureSalts, [$salt])
RETURN s.erasureSalts AS salts
