// review_key: one Review node per kind and entity.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT review_key IF NOT EXISTS
FOR (n:Review) REQUIRE (n.kind, n.entity) IS UNIQUE
