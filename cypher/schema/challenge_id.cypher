// challenge_id: one Challenge node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT challenge_id IF NOT EXISTS
FOR (n:Challenge) REQUIRE n.id IS UNIQUE
