// user_id: one User node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT user_id IF NOT EXISTS
FOR (n:User) REQUIRE n.id IS UNIQUE
