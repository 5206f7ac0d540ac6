// drop_pulses: remove pulses of one kind that the graph no longer bears out.
// params: kind STRING, rows LIST<MAP>
// returns: pulses INTEGER
// try: :param {kind: 'challenge', rows: [{entity: 'c1', day: 1767225600000}]}
UNWIND $rows AS row
MATCH (p:Pulse {kind: $kind, entity: row.entity, day: row.day})
DELETE p
RETURN count(*) AS pulses
