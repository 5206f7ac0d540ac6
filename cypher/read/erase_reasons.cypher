// erase_reasons: reports whose reasons hold one of some needles.
// params: needles LIST<STRING>
// returns: edge STRING, reason STRING
// try: :param {needles: ['@u1']}
MATCH (:User)-[r:REPORTED]->()
WHERE any(needle IN $needles WHERE r.reason CONTAINS needle)
RETURN elementId(r) AS edge, r.reason AS reason
ORDER BY edge
