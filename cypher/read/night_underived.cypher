// night_underived: the videos whose edges' points are to be derived again, and how many engaged with each.
// params: none
// returns: id STRING, viewers INTEGER
// try: :param {}
MATCH (v:Underived)
RETURN v.id AS id, COUNT { (v)<-[:ENGAGED]-() } AS viewers
ORDER BY id
