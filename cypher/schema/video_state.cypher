// video_state: videos by where they stand in their waves.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX video_state IF NOT EXISTS
FOR (v:Video) ON (v.state)
