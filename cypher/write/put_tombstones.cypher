// put_tombstones: remember that ids were erased, by their salted hashes alone; kept: her videos stayed.
// params: rows LIST<MAP>
// returns: tombstones INTEGER
// try: :param {rows: [{hash: '00', at: 1767225600000, kept: false}]}
UNWIND $rows AS row
MERGE (t:Tombstone {hash: row.hash})
SET t.at = row.at, t.kept = row.kept
RETURN count(*) AS tombstones
