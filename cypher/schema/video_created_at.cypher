// video_created_at: videos by birth, to find the new ones.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX video_created_at IF NOT EXISTS
FOR (v:Video) ON (v.createdAt)
