// tombstone_hash: one Tombstone node per salted hash of an erased id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT tombstone_hash IF NOT EXISTS
FOR (n:Tombstone) REQUIRE n.hash IS UNIQUE
