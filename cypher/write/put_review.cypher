// put_review: what a person decided on one trend; the newest decision holds, whichever is told last. No row where it is not there; a hashtag may be refused before anybody uses it.
// params: kind STRING (challenge, hashtag, sound, topic, video or creator), entity STRING, approved BOOLEAN, by STRING, at INTEGER
// returns: approved BOOLEAN
// try: :param {kind: 'hashtag', entity: 'dance', approved: true, by: 'ana', at: 1767225600000}
OPTIONAL MATCH (c:Challenge {id: $entity})
OPTIONAL MATCH (s:Sound {id: $entity})
OPTIONAL MATCH (t:Topic {id: $entity})
OPTIONAL MATCH (v:Video {id: $entity})
OPTIONAL MATCH (u:User {id: $entity})
WITH CASE $kind WHEN 'challenge' THEN c WHEN 'sound' THEN s WHEN 'topic' THEN t WHEN 'video' THEN v WHEN 'creator' THEN u END AS there
WHERE $kind = 'hashtag' OR there IS NOT NULL
MERGE (w:Review {kind: $kind, entity: $entity})
FOREACH (told IN CASE WHEN $at >= coalesce(w.at, $at) THEN [$approved] ELSE [] END |
  SET w.approved = told, w.by = $by, w.at = $at
)
RETURN w.approved AS approved
