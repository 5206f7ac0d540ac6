// media_known: what the analysis of some videos starts from: their captions, and what was analysed before.
// params: ids LIST<STRING>
// returns: id STRING, caption STRING, signature STRING (of the file that was analysed last), by LIST<STRING> (what analysed it)
// try: :param {ids: ['v1']}
UNWIND $ids AS id
MATCH (v:Video {id: id})
OPTIONAL MATCH (v)-[:HAS]->(m:Media)
RETURN v.id AS id, v.caption AS caption, m.signature AS signature,
  [by IN [m.textBy, m.languageBy, m.decodedBy, m.frameHashesBy, m.embeddingBy, m.screenTextBy, m.ratingBy] WHERE by IS NOT NULL] AS by
