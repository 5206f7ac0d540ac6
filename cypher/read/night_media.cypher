// night_media: what content neighbours are found by, of all analysed videos.
// params: none
// returns: id STRING, embedding LIST<FLOAT>, embeddingBy STRING, words LIST<STRING>, wordCounts LIST<INTEGER>, soundprint LIST<INTEGER>
// try: :param {}
MATCH (m:Media)
RETURN m.id AS id, m.embedding AS embedding, m.embeddingBy AS embeddingBy, coalesce(m.words, []) AS words,
  coalesce(m.wordCounts, []) AS wordCounts, coalesce(m.soundprint, []) AS soundprint
