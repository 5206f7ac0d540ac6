// drop_called: delete hashtags and sounds by their names, whatever leads there.
// params: names LIST<STRING>
// returns: nodes INTEGER
// try: :param {names: ['u1']}
UNWIND $names AS name
CALL (name) {
  MATCH (x:Hashtag {name: name})
  RETURN x
  UNION ALL
  MATCH (x:Sound {id: name})
  RETURN x
}
DETACH DELETE x
RETURN count(*) AS nodes
