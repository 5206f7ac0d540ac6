// erase_pulses: the pulses of some hashtags, sounds, challenges and topics, a row an entity and day with parallel lists.
// params: rows LIST<MAP>
// returns: kind STRING, entity STRING, day INTEGER, cells MAP
// try: :param {rows: [{kind: 'challenge', entity: 'c1'}]}
UNWIND $rows AS row
MATCH (p:Pulse {kind: row.kind, entity: row.entity})
WHERE p.day >= 0
RETURN row.kind AS kind, row.entity AS entity, p.day AS day, properties(p) AS cells
ORDER BY kind, entity, day
