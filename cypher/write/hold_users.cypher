// hold_users: take the locks of some users until the transaction ends, so that what is read next is what others wrote; unknown ones are announced. The SET takes the lock: a node that MERGE finds has none.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['u1']}
UNWIND $ids AS id
MERGE (n:User {id: id})
  ON CREATE SET n:Unannounced
SET n.id = n.id
RETURN count(*) AS nodes
