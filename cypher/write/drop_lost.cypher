// drop_lost: delete the pulses and trends of those hashtags, sounds, challenges and topics among some that are no longer there.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{kind: 'sound', entity: 's1'}]}
UNWIND $rows AS row
CALL (row) {
  OPTIONAL MATCH (h:Hashtag {name: row.entity})
  OPTIONAL MATCH (s:Sound {id: row.entity})
  OPTIONAL MATCH (c:Challenge {id: row.entity})
  OPTIONAL MATCH (t:Topic {id: row.entity})
  RETURN CASE row.kind WHEN 'hashtag' THEN h WHEN 'sound' THEN s WHEN 'topic' THEN t ELSE c END AS there
}
WITH row, there
WHERE there IS NULL
CALL (row) {
  MATCH (p:Pulse {kind: row.kind, entity: row.entity})
  WHERE p.day >= 0
  RETURN p AS gone
  UNION ALL
  MATCH (t:Trend)
  WHERE t.kind = row.kind AND t.entity = row.entity
  RETURN t AS gone
}
DELETE gone
RETURN count(*) AS nodes
