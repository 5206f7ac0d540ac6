// drop_lost: delete the pulses and trends of those hashtags, sounds, challenges and topics among some that are no longer there or that nothing names any more, and these with them.
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
// As drop_unnamed and drop_topics have it.
WITH row, there
WHERE there IS NULL
  OR there:Topic AND NOT EXISTS { (there)<-[:ABOUT]-() }
  OR there:Hashtag|Sound|Unannounced AND NOT EXISTS { (there)-[:CREATED|FOLLOWS|BLOCKS|HIDES|REPORTED|ENGAGED|SAW|TAGGED|USES|ANSWERS|MENTIONS|REMIXES|MARKED_BY|LAUNCHED|SPONSORS|OBSERVED]-() }
// Nor is it told among what another trend stands for.
CALL (row) {
  MATCH (t:Trend)
  WHERE t.kind = row.kind AND row.entity IN t.also
  SET t.also = [name IN t.also WHERE name <> row.entity]
}
CALL (row, there) {
  UNWIND CASE WHEN there IS NULL THEN [] ELSE [there] END AS gone
  RETURN gone
  UNION ALL
  MATCH (p:Pulse {kind: row.kind, entity: row.entity})
  WHERE p.day >= 0
  RETURN p AS gone
  UNION ALL
  MATCH (t:Trend)
  WHERE t.kind = row.kind AND t.entity = row.entity
  RETURN t AS gone
}
DETACH DELETE gone
RETURN count(*) AS nodes
