// night_same_sounds: every sound that is another under a newer id, and that other.
// params: none
// returns: id STRING (ascending), sameAs STRING
// try: :param {}
MATCH (s:Sound)-[:SAME_AS]->(o:Sound)
RETURN s.id AS id, o.id AS sameAs
ORDER BY id
