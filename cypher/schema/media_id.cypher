// media_id: one :Media a video, found by its id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT media_id IF NOT EXISTS
FOR (m:Media) REQUIRE m.id IS UNIQUE
