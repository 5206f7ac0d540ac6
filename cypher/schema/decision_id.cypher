// decision_id: one Decision node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT decision_id IF NOT EXISTS
FOR (n:Decision) REQUIRE n.id IS UNIQUE
