// digest_challenges: every challenge with all that was told of it, in the order of ids.
// params: none
// returns: id STRING, announced BOOLEAN, properties MAP, edges LIST<LIST<ANY>> (type, other end, nothing)
// try: :param {}
MATCH (c:Challenge)
WHERE c.id >= ''
WITH c
ORDER BY c.id
RETURN c.id AS id, NOT c:Unannounced AS announced, properties(c) AS properties,
  [(c)-[r:MARKED_BY]->(x) | [type(r), coalesce(x.name, x.id), {}]] AS edges
