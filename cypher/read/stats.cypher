// stats: how many nodes of each label and relationships of each type there are.
// params: none
// returns: part STRING (nodes or relationships), name STRING, count INTEGER
// try: :param {}
CALL () {
  MATCH (n:User)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'User' AS name, count
  UNION ALL
  MATCH (n:Video)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Video' AS name, count
  UNION ALL
  MATCH (n:Hashtag)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Hashtag' AS name, count
  UNION ALL
  MATCH (n:Sound)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Sound' AS name, count
  UNION ALL
  MATCH (n:Challenge)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Challenge' AS name, count
  UNION ALL
  MATCH (n:Unannounced)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Unannounced' AS name, count
  UNION ALL
  MATCH (n:Trend)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Trend' AS name, count
  UNION ALL
  MATCH (n:Pulse)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Pulse' AS name, count
  UNION ALL
  MATCH (n:Counter)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Counter' AS name, count
  UNION ALL
  MATCH (n:Run)
  WITH count(n) AS count
  RETURN 'nodes' AS part, 'Run' AS name, count
  UNION ALL
  MATCH ()-[r:CREATED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'CREATED' AS name, count
  UNION ALL
  MATCH ()-[r:ENGAGED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'ENGAGED' AS name, count
  UNION ALL
  MATCH ()-[r:SAW]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'SAW' AS name, count
  UNION ALL
  MATCH ()-[r:FOLDED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'FOLDED' AS name, count
  UNION ALL
  MATCH ()-[r:FOLLOWS]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'FOLLOWS' AS name, count
  UNION ALL
  MATCH ()-[r:BLOCKS]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'BLOCKS' AS name, count
  UNION ALL
  MATCH ()-[r:HIDES]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'HIDES' AS name, count
  UNION ALL
  MATCH ()-[r:REPORTED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'REPORTED' AS name, count
  UNION ALL
  MATCH ()-[r:TAGGED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'TAGGED' AS name, count
  UNION ALL
  MATCH ()-[r:USES]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'USES' AS name, count
  UNION ALL
  MATCH ()-[r:ANSWERS]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'ANSWERS' AS name, count
  UNION ALL
  MATCH ()-[r:MENTIONS]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'MENTIONS' AS name, count
  UNION ALL
  MATCH ()-[r:REMIXES]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'REMIXES' AS name, count
  UNION ALL
  MATCH ()-[r:MARKED_BY]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'MARKED_BY' AS name, count
  UNION ALL
  MATCH ()-[r:LAUNCHED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'LAUNCHED' AS name, count
  UNION ALL
  MATCH ()-[r:SPONSORS]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'SPONSORS' AS name, count
  UNION ALL
  MATCH ()-[r:OBSERVED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'OBSERVED' AS name, count
  UNION ALL
  MATCH ()-[r:SIMILAR]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'SIMILAR' AS name, count
  UNION ALL
  MATCH ()-[r:FEATURED]->()
  WITH count(r) AS count
  RETURN 'relationships' AS part, 'FEATURED' AS name, count
}
RETURN part, name, count
ORDER BY part, name
