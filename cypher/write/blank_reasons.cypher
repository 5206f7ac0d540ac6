// blank_reasons: blank some needles in the reasons of reports.
// params: needles LIST<STRING>, blank STRING
// returns: reports INTEGER
// try: :param {needles: ['@u1'], blank: '@…'}
MATCH (:User)-[r:REPORTED]->()
WHERE any(needle IN $needles WHERE r.reason CONTAINS needle)
SET r.reason = reduce(text = r.reason, needle IN $needles | replace(text, needle, $blank))
RETURN count(*) AS reports
