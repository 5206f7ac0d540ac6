// sound_id: one Sound node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT sound_id IF NOT EXISTS
FOR (n:Sound) REQUIRE n.id IS UNIQUE
