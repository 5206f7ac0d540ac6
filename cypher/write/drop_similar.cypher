// drop_similar: remove the SIMILAR edges that leave some videos.
// params: ids LIST<STRING>
// returns: edges INTEGER
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})-[old:SIMILAR]->(:Video)
DELETE old
RETURN count(*) AS edges
