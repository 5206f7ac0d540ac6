// counter_id: one Counter node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT counter_id IF NOT EXISTS
FOR (n:Counter) REQUIRE n.id IS UNIQUE
