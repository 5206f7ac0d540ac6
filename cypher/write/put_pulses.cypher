// put_pulses: overwrite the pulses of one kind.
// params: kind STRING, rows LIST<MAP>
// returns: pulses INTEGER
// try: :param {kind: 'challenge', rows: [{entity: 'c1', hour: 1767225600000, country: 'FR', language: 'fr', users: 3, pairs: 4, videos: 1, points: 30.0}]}
UNWIND $rows AS row
MERGE (p:Pulse {kind: $kind, entity: row.entity, hour: row.hour, country: row.country, language: row.language})
SET p.users = row.users, p.pairs = row.pairs, p.videos = row.videos, p.points = row.points
RETURN count(*) AS pulses
