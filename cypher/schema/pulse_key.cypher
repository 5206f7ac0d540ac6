// pulse_key: one Pulse node per kind, entity, hour, country and language.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT pulse_key IF NOT EXISTS
FOR (n:Pulse) REQUIRE (n.kind, n.entity, n.hour, n.country, n.language) IS UNIQUE
