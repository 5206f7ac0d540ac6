// near_media: the videos that look most like each of some analysed videos, by the vector index.
// params: ids LIST<STRING>, k INTEGER
// returns: id STRING, targets LIST<STRING> (nearest first), likeness LIST<FLOAT> (0 to 1)
// try: :param {ids: ['v1'], k: 10}
UNWIND $ids AS id
MATCH (m:Media {id: id})
WHERE m.embedding IS NOT NULL
CALL (m) {
  CALL db.index.vector.queryNodes('media_embedding', $k + 1, m.embedding) YIELD node, score
  WITH m, node, score
  WHERE node <> m AND size(node.embedding) = size(m.embedding) AND node.embeddingBy = m.embeddingBy
  WITH node, score
  ORDER BY score DESC, node.id
  RETURN collect(node.id) AS targets, collect(score) AS likeness
}
RETURN m.id AS id, targets, likeness
