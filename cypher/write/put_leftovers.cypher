// put_leftovers: set properties of nodes of one label by their keys, after a bulk import whose files could not hold them.
// params: label STRING, rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {label: 'User', rows: [{id: 'u1', properties: {languages: []}}]}
UNWIND $rows AS row
CALL (row) {
  WITH row
  WHERE $label = 'User'
  MATCH (n:User {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Video'
  MATCH (n:Video {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Challenge'
  MATCH (n:Challenge {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Hashtag'
  MATCH (n:Hashtag {name: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Sound'
  MATCH (n:Sound {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Media'
  MATCH (n:Media {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Topic'
  MATCH (n:Topic {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Counter'
  MATCH (n:Counter {id: row.id})
  RETURN n
  UNION ALL
  WITH row
  WHERE $label = 'Decision'
  MATCH (n:Decision {id: row.id})
  RETURN n
}
SET n += row.properties
RETURN count(*) AS nodes
