// unknown_ids: which of some users and videos are not in the graph at all.
// params: userIds LIST<STRING>, videoIds LIST<STRING>
// returns: label STRING, id STRING
// try: :param {userIds: ['u1'], videoIds: ['v1']}
CALL () {
  UNWIND $userIds AS id
  OPTIONAL MATCH (n:User {id: id})
  WITH id, n
  WHERE n IS NULL
  RETURN 'User' AS label, id
  UNION ALL
  UNWIND $videoIds AS id
  OPTIONAL MATCH (n:Video {id: id})
  WITH id, n
  WHERE n IS NULL
  RETURN 'Video' AS label, id
}
RETURN label, id
ORDER BY label, id
