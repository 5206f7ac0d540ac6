// video_caption: words of captions, without case and accents, for challenges that are named in them.
// params: none
// returns: nothing
// try: :param {}
CREATE FULLTEXT INDEX video_caption IF NOT EXISTS
FOR (v:Video) ON EACH [v.caption]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-folding'}}
