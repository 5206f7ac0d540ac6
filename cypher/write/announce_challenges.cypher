// announce_challenges: create the challenges that rows name and no catalogue row has described yet, as :Unannounced.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['c1']}
UNWIND $ids AS id
MERGE (n:Challenge {id: id})
  ON CREATE SET n:Unannounced
RETURN count(*) AS nodes
