// announce_videos: create the videos that rows name and no catalogue row has described yet, as :Unannounced.
// params: ids LIST<STRING>
// returns: nodes INTEGER
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MERGE (n:Video {id: id})
  ON CREATE SET n:Unannounced
RETURN count(*) AS nodes
