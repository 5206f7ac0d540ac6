// drop_element_edges: delete edges of a node by its element id, some at a time.
// params: id STRING, limit INTEGER
// returns: edges INTEGER
// try: :param {id: '4:00000000-0000-0000-0000-000000000000:0', limit: 10000}
MATCH (n)
WHERE elementId(n) = $id
MATCH (n)-[r]-()
WITH r
ORDER BY type(r), elementId(r)
LIMIT $limit
DELETE r
RETURN count(*) AS edges
