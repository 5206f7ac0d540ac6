// night_pulse_sums: the stored pulses of one kind of entity from a day on, each told by the checksum of its cells.
// params: kind STRING, since INTEGER (start of the day, inclusive)
// returns: entity STRING, day INTEGER, checksum INTEGER (null where the night has not written it since)
// try: :param {kind: 'challenge', since: 0}
MATCH (p:Pulse {kind: $kind})
WHERE p.day >= $since
RETURN p.entity AS entity, p.day AS day, p.checksum AS checksum
