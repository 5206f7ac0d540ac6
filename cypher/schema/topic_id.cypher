// topic_id: topics by id.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT topic_id IF NOT EXISTS
FOR (t:Topic) REQUIRE t.id IS UNIQUE
