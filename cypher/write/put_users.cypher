// put_users: write the merged properties of users whole; null removes a property.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'u1', properties: {updatedAt: 1767225600000}}]}
UNWIND $rows AS row
MERGE (n:User {id: row.id})
SET n += row.properties
REMOVE n:Unannounced
RETURN count(*) AS nodes
