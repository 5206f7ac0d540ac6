// erase_texts: videos and challenges whose texts hold one of some needles.
// params: needles LIST<STRING>
// returns: label STRING, id STRING, texts MAP
// try: :param {needles: ['@u1']}
CALL () {
  MATCH (v:Video)
  WHERE any(needle IN $needles WHERE v.caption CONTAINS needle)
  RETURN 'Video' AS label, v.id AS id, {caption: v.caption} AS texts
  UNION ALL
  MATCH (c:Challenge)
  WHERE any(needle IN $needles
    WHERE c.title CONTAINS needle OR c.description CONTAINS needle OR c.rules CONTAINS needle)
  RETURN 'Challenge' AS label, c.id AS id, {title: c.title, description: c.description, rules: c.rules} AS texts
}
RETURN label, id, texts
ORDER BY label, id
