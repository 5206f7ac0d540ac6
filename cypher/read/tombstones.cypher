// tombstones: every erased id as its salted hash, and the salts.
// params: none
// returns: salts LIST<STRING>, rows LIST<MAP> (hash, at, kept)
// try: :param {}
MATCH (s:Settings {id: 'contentgraph'})
RETURN coalesce(s.erasureSalts, []) AS salts,
  COLLECT {
    MATCH (t:Tombstone)
    RETURN {hash: t.hash, at: t.at, kept: coalesce(t.kept, false)} ORDER BY t.hash
  } AS rows
