// night_adult: the videos that are not for everybody: what they carry names no topic.
// params: none
// returns: ids LIST<STRING>
// try: :param {}
MATCH (v:Video)
WHERE v.rating = 'adult'
RETURN collect(v.id) AS ids
