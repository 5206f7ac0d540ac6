// merge_reports_video: keep the first report of one video by one user, with its reason.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{userId: 'u1', targetId: 'v1', at: 1767225600000, reason: 'spam'}]}
UNWIND $rows AS row
MATCH (u:User {id: row.userId})
MATCH (x:Video {id: row.targetId})
MERGE (u)-[r:REPORTED]->(x)
  ON CREATE SET r.at = row.at, r.reason = row.reason
FOREACH (earlier IN CASE WHEN row.at < r.at OR (row.at = r.at AND coalesce(row.reason, '') < coalesce(r.reason, '')) THEN [true] ELSE [] END |
  SET r.at = row.at, r.reason = row.reason
)
RETURN count(*) AS edges
