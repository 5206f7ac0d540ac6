// erase_texts: whatever has texts that hold one of some needles or one word: videos, what was read and heard in them, challenges and topics.
// params: needles LIST<STRING>, word STRING (as words of videos are kept; null for none)
// returns: label STRING, id STRING, texts MAP, soundIds LIST<STRING> (of a video)
// try: :param {needles: ['@u1'], word: null}
CALL () {
  MATCH (v:Video)
  WHERE any(needle IN $needles WHERE v.caption CONTAINS needle OR v.soundTitle CONTAINS needle OR v.withdrawnFor CONTAINS needle)
  RETURN 'Video' AS label, v.id AS id, {caption: v.caption, soundTitle: v.soundTitle, withdrawnFor: v.withdrawnFor} AS texts,
    [(v)-[:USES]->(s:Sound) | s.id] AS soundIds
  UNION ALL
  MATCH (m:Media)
  WHERE $word IN m.words
    OR any(line IN m.screenText WHERE any(needle IN $needles WHERE line CONTAINS needle))
    OR EXISTS { MATCH (m)<-[:HAS]-(v:Video) WHERE any(needle IN $needles WHERE v.caption CONTAINS needle) }
  RETURN 'Media' AS label, m.id AS id, {screenText: m.screenText, words: m.words, wordCounts: m.wordCounts} AS texts, [] AS soundIds
  UNION ALL
  MATCH (c:Challenge)
  WHERE any(needle IN $needles
    WHERE c.title CONTAINS needle OR c.description CONTAINS needle OR c.rules CONTAINS needle)
  RETURN 'Challenge' AS label, c.id AS id, {title: c.title, description: c.description, rules: c.rules} AS texts, [] AS soundIds
  UNION ALL
  MATCH (t:Topic)
  WHERE $word IN t.words
    OR any(needle IN $needles WHERE any(text IN [t.name] + t.hashtags WHERE text CONTAINS needle))
  RETURN 'Topic' AS label, t.id AS id, {name: t.name, hashtags: t.hashtags, words: t.words} AS texts, [] AS soundIds
}
RETURN label, id, texts, soundIds
ORDER BY label, id
