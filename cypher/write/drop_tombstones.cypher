// drop_tombstones: forget that some ids were erased, so that they may come again.
// params: hashes LIST<STRING>
// returns: tombstones INTEGER
// try: :param {hashes: ['00']}
UNWIND $hashes AS hash
MATCH (t:Tombstone {hash: hash})
DELETE t
RETURN count(*) AS tombstones
