// night_wave_births: when each video in a wave, or past its waves, was born: its deadline is counted from there.
// params: states LIST<STRING>
// returns: id STRING, createdAt INTEGER
// try: :param {states: ['waiting', 'floor', 'growing', 'circle', 'everyone', 'stopped']}
MATCH (v:Video)
WHERE v.state IN $states
RETURN v.id AS id, v.createdAt AS createdAt
