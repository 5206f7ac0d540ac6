// settings_id: one Settings node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT settings_id IF NOT EXISTS
FOR (n:Settings) REQUIRE n.id IS UNIQUE
