// media_known: what the analysis of some videos starts from: their captions, and what was analysed before.
// params: ids LIST<STRING>
// returns: id STRING, caption STRING, signature STRING (of the file that was analysed last), textOf STRING (a print of the caption that was), screenText LIST<STRING>, by MAP (what analysed it, null where nothing did)
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})
OPTIONAL MATCH (v)-[:HAS]->(m:Media)
RETURN v.id AS id, v.caption AS caption, m.signature AS signature, m.textOf AS textOf, coalesce(m.screenText, []) AS screenText,
  m {.textBy, .languageBy, .decodedBy, .frameHashesBy, .embeddingBy, .screenTextBy, .ratingBy, .soundBy} AS by
