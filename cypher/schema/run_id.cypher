// run_id: one Run node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT run_id IF NOT EXISTS
FOR (n:Run) REQUIRE n.id IS UNIQUE
