// drop_pulses: remove pulses of one kind that the graph no longer bears out.
// params: kind STRING, rows LIST<MAP>
// returns: pulses INTEGER
// try: :param {kind: 'challenge', rows: [{entity: 'c1', hour: 1767225600000, country: 'FR', language: 'fr'}]}
UNWIND $rows AS row
MATCH (p:Pulse {kind: $kind, entity: row.entity, hour: row.hour, country: row.country, language: row.language})
DELETE p
RETURN count(*) AS pulses
