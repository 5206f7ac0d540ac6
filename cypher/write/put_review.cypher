// put_review: what a person decided on one trend; the newest decision holds.
// params: kind STRING, entity STRING, approved BOOLEAN, by STRING, at INTEGER
// returns: approved BOOLEAN
// try: :param {kind: 'hashtag', entity: 'dance', approved: true, by: 'ana', at: 1767225600000}
MERGE (w:Review {kind: $kind, entity: $entity})
SET w.approved = $approved, w.by = $by, w.at = $at
RETURN w.approved AS approved
