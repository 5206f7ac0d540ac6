// hold_videos: take the locks of some videos until the transaction ends, so that what is read next is what others wrote; unknown ones are announced. The SET takes the lock: a node that MERGE finds has none.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MERGE (n:Video {id: id})
  ON CREATE SET n:Unannounced
SET n.id = n.id
RETURN count(*) AS nodes
