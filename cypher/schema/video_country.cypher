// video_country: videos of a country by what is expected of them before anything is known of the viewer; the local source walks it downwards.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX video_country IF NOT EXISTS
FOR (v:Video) ON (v.country, v.prior)
