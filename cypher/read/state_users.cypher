// state_users: what is stored of some users, for the merge of newer catalogue rows.
// params: ids LIST<STRING>
// returns: id STRING, properties MAP, links MAP
// try: :param {ids: ['u1']}
UNWIND $ids AS id
MATCH (n:User&!Unannounced {id: id})
RETURN n.id AS id, properties(n) AS properties, {} AS links
