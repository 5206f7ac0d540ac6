// hold_video: take a video's lock until the transaction ends, so that what is read next is what others wrote. The SET takes it.
// params: id STRING
// returns: nodes INTEGER
// try: :param {id: 'v1'}
MATCH (n:Video {id: $id})
SET n.id = n.id
RETURN count(*) AS nodes
