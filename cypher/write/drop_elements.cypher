// drop_elements: delete nodes by their element ids, and their edges.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['4:00000000-0000-0000-0000-000000000000:0']}
UNWIND $ids AS id
MATCH (n)
WHERE elementId(n) = id
DETACH DELETE n
RETURN count(*) AS nodes
