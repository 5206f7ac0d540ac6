// put_reasons: overwrite the reasons of some reports.
// params: rows LIST<MAP>
// returns: reports INTEGER
// try: :param {rows: [{edge: '5:00000000-0000-0000-0000-000000000000:0', reason: 'rude'}]}
UNWIND $rows AS row
MATCH (:User)-[r:REPORTED]->()
WHERE elementId(r) = row.edge
SET r.reason = row.reason
RETURN count(*) AS reports
