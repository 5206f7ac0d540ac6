// tombstones_among: which of some salted hashes are those of erased ids.
// params: hashes LIST<STRING>
// returns: hash STRING
// try: :param {hashes: ['00']}
UNWIND $hashes AS hash
MATCH (t:Tombstone {hash: hash})
RETURN t.hash AS hash
