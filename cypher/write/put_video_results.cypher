// put_video_results: write what the night derives for some videos.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1', results: {score: 7.5, viewers: 12, posteriorMean: 6.9, posteriorSd: 0.8, freshness: 0.5, lift: 1.0, prior: 0.4}}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
SET v += row.results
RETURN count(*) AS videos
