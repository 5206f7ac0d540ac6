// pulse_key: one Pulse node per kind, entity and day.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT pulse_key IF NOT EXISTS
FOR (n:Pulse) REQUIRE (n.kind, n.entity, n.day) IS UNIQUE
