// put_pulses: overwrite the pulses of some entities and days of one kind; without a checksum the next night compares as with nothing.
// params: kind STRING, rows LIST<MAP>
// returns: pulses INTEGER
// try: :param {kind: 'challenge', rows: [{entity: 'c1', day: 1767225600000, checksum: 7, cells: {hours: [1767225600000], countries: ['FR'], languages: ['fr'], users: [3], people: [2], pairs: [4], pushed: [1], videos: [1], points: [30.0]}}]}
UNWIND $rows AS row
MERGE (p:Pulse {kind: $kind, entity: row.entity, day: row.day})
SET p += row.cells, p.checksum = row.checksum
RETURN count(*) AS pulses
