// all_video_ids: the ids of all videos that somebody engaged with, and how many did.
// params: none
// returns: id STRING, viewers INTEGER
// try: :param {}
MATCH (v:Video)
WHERE EXISTS { (v)<-[:ENGAGED]-(:User) }
RETURN v.id AS id, COUNT { (v)<-[:ENGAGED]-() } AS viewers
