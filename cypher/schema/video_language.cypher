// video_language: videos of a language by what is expected of them before anything is known of the viewer; the local source walks it downwards.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX video_language IF NOT EXISTS
FOR (v:Video) ON (v.language, v.prior)
