// pointScale_version: one PointScale node per version.
// params: none
// returns: nothing
// try: :param {}
CREATE CONSTRAINT pointScale_version IF NOT EXISTS
FOR (n:PointScale) REQUIRE n.version IS UNIQUE
