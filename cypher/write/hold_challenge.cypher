// hold_challenge: take a challenge's lock until the transaction ends, so that what is read next is what others wrote; one of an id that is not known is announced. The SET takes the lock: a node that MERGE finds has none.
// params: id STRING
// returns: nodes INTEGER
// try: :param {id: 'c1'}
MERGE (n:Challenge {id: $id})
  ON CREATE SET n:Unannounced
SET n.id = n.id
RETURN count(*) AS nodes
