// mark_derived: say of some videos that the points of their edges are derived.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1'}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
REMOVE v:Underived
RETURN count(*) AS videos
