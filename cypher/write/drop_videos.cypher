// drop_videos: delete videos with their counters, their decisions, what was found in their media, and whatever edges are left.
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
