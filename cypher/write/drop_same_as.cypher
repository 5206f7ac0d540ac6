// drop_same_as: delete what says that a sound is another's, but for some pairs.
// params: kept LIST<LIST<STRING>> (a sound, and of which one it is another id)
// returns: edges INTEGER
// try: :param {kept: [['s2', 's1']]}
MATCH (s:Sound)-[r:SAME_AS]->(o:Sound)
WHERE NOT [s.id, o.id] IN $kept
DELETE r
RETURN count(*) AS edges
