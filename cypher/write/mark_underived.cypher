// mark_underived: say of those among some videos that somebody engaged with that the points of their edges are to be derived again.
// params: ids LIST<STRING>
// returns: videos INTEGER
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})
WHERE EXISTS { (v)<-[:ENGAGED]-(:User) }
SET v:Underived
RETURN count(*) AS videos
