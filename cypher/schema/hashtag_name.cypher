// hashtag_name: one Hashtag node per name.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT hashtag_name IF NOT EXISTS
FOR (n:Hashtag) REQUIRE n.name IS UNIQUE
