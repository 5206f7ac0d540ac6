// merge_counters: counter snapshots of platforms that give no viewers; the greatest value per video and time stays.
// params: rows LIST<MAP>
// returns: counters INTEGER
// try: :param {rows: [{videoId: 'v1', at: 1767225600000, views: 1000, likes: 40, comments: 3, shares: 1}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.videoId})
MERGE (c:Counter {id: row.videoId + '@' + row.at})
SET c.at = row.at
SET c.views = CASE WHEN c.views >= row.views THEN c.views ELSE coalesce(row.views, c.views) END
SET c.likes = CASE WHEN c.likes >= row.likes THEN c.likes ELSE coalesce(row.likes, c.likes) END
SET c.comments = CASE WHEN c.comments >= row.comments THEN c.comments ELSE coalesce(row.comments, c.comments) END
SET c.shares = CASE WHEN c.shares >= row.shares THEN c.shares ELSE coalesce(row.shares, c.shares) END
MERGE (v)-[:OBSERVED]->(c)
RETURN count(*) AS counters
