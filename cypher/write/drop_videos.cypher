// drop_videos: delete videos with what is left of their edges and of what is their own.
// params: ids LIST<STRING>
// returns: videos INTEGER
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})
CALL (v) {
  MATCH (v)-[:OBSERVED|DECIDED|HAS]->(own)
  DETACH DELETE own
}
DETACH DELETE v
RETURN count(*) AS videos
