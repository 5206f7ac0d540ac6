// digest_videos: every video with all that was told of it, in the order of ids.
// params: none
// returns: id STRING, announced BOOLEAN, properties MAP, edges LIST<LIST<ANY>> (type, other end, its counters)
// try: :param {}
MATCH (v:Video)
WHERE v.id >= ''
WITH v
ORDER BY v.id
RETURN v.id AS id, NOT v:Unannounced AS announced, properties(v) AS properties,
  [(v)-[r:TAGGED|USES|ANSWERS|MENTIONS|REMIXES|OBSERVED]->(x) |
    [type(r), coalesce(x.id, x.name), CASE WHEN x:Counter THEN properties(x) ELSE {} END]] AS edges
