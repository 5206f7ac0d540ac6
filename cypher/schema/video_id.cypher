// video_id: one Video node per id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT video_id IF NOT EXISTS
FOR (n:Video) REQUIRE n.id IS UNIQUE
