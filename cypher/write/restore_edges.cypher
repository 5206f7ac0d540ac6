// restore_edges: create edges of one type between nodes of two labels as a dump has them: key, key, properties.
// params: type STRING, start STRING, end STRING, rows LIST<LIST<ANY>>
// returns: edges INTEGER
// try: :param {type: 'FOLLOWS', start: 'User', end: 'User', rows: [['u1', 'u2', {at: 1767225600000}]]}
UNWIND $rows AS row
CALL (row) {
  WITH row
  WHERE $start = 'User'
  MATCH (a:User {id: row[0]})
  RETURN a
  UNION ALL
  WITH row
  WHERE $start = 'Video'
  MATCH (a:Video {id: row[0]})
  RETURN a
  UNION ALL
  WITH row
  WHERE $start = 'Challenge'
  MATCH (a:Challenge {id: row[0]})
  RETURN a
  UNION ALL
  WITH row
  WHERE $start = 'Hashtag'
  MATCH (a:Hashtag {name: row[0]})
  RETURN a
  UNION ALL
  WITH row
  WHERE $start = 'Sound'
  MATCH (a:Sound {id: row[0]})
  RETURN a
}
CALL (row) {
  WITH row
  WHERE $end = 'User'
  MATCH (b:User {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Video'
  MATCH (b:Video {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Challenge'
  MATCH (b:Challenge {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Hashtag'
  MATCH (b:Hashtag {name: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Sound'
  MATCH (b:Sound {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Counter'
  MATCH (b:Counter {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Decision'
  MATCH (b:Decision {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Media'
  MATCH (b:Media {id: row[1]})
  RETURN b
  UNION ALL
  WITH row
  WHERE $end = 'Topic'
  MATCH (b:Topic {id: row[1]})
  RETURN b
}
CREATE (a)-[r:$($type)]->(b)
SET r = row[2]
RETURN count(*) AS edges
