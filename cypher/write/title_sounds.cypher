// title_sounds: title and originality of some sounds, from the newest of their videos that says them.
// params: ids LIST<STRING>
// returns: sounds INTEGER
// try: :param {ids: ['s1']}
UNWIND $ids AS id
MATCH (s:Sound {id: id})
CALL (s) {
  MATCH (s)<-[:USES]-(v:Video)
  WHERE v.soundTitle IS NOT NULL
  WITH v.soundTitle AS title, coalesce(v.updatedAt, 0) AS at
  ORDER BY at DESC, title DESC
  LIMIT 1
  RETURN collect(title) AS titles
}
CALL (s) {
  MATCH (s)<-[:USES]-(v:Video)
  WHERE v.soundOriginal IS NOT NULL
  WITH v.soundOriginal AS original, coalesce(v.updatedAt, 0) AS at
  ORDER BY at DESC, original DESC
  LIMIT 1
  RETURN collect(original) AS originals
}
SET s.title = titles[0], s.original = originals[0]
RETURN count(*) AS sounds
