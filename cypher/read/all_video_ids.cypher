// all_video_ids: the ids of all videos that somebody engaged with.
// params: none
// returns: id STRING
// try: :param {}
MATCH (v:Video)
WHERE EXISTS { (v)<-[:ENGAGED]-(:User) }
RETURN v.id AS id
