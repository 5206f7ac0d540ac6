// night_refused: what a person refused to have in lists of trends; it takes no place there, and stands for nothing else.
// params: none
// returns: kind STRING, entities LIST<STRING>
// try: :param {}
MATCH (w:Review)
WHERE NOT w.approved
RETURN w.kind AS kind, collect(w.entity) AS entities
ORDER BY kind
