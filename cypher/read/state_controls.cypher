// state_controls: campaigns that hold some people back, and which of some videos are theirs.
// params: ids LIST<STRING>
// returns: challengeId STRING (ascending), key STRING, share FLOAT, videoIds LIST<STRING>
// try: :param {ids: ['v1']}
MATCH (c:Challenge)
USING INDEX c:Challenge(controlShare)
WHERE c.controlShare > 0.0
CALL (c) {
  WITH toLower(normalize(trim(c.title), NFKC)) AS title
  UNWIND $ids AS id
  MATCH (v:Video {id: id})
  WHERE EXISTS { (v)-[:ANSWERS]->(c) }
    OR EXISTS {
      MATCH (v)-[:TAGGED|USES]->(m)<-[:MARKED_BY]-(c)
      WHERE NOT coalesce(m.generic, false)
        AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
    }
    OR size(title) >= 8 AND title CONTAINS ' '
      AND v.createdAt >= coalesce(c.startsAt, v.createdAt) AND v.createdAt <= coalesce(c.endsAt, v.createdAt)
      AND toLower(normalize(v.caption, NFKC)) =~ '(?s).*(?<![\\p{L}\\p{N}])\\Q' + replace(title, ' ', '\\E\\s+\\Q') + '\\E(?![\\p{L}\\p{N}]).*'
  RETURN collect(id) AS videoIds
}
WITH c, videoIds
WHERE size(videoIds) > 0
RETURN c.id AS challengeId, c.controlKey AS key, c.controlShare AS share, videoIds
ORDER BY challengeId
