// video_prior: videos by what is expected of them before anything is known of the viewer; the fallback walks it downwards.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX video_prior IF NOT EXISTS
FOR (v:Video) ON (v.prior)
