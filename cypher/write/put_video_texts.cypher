// put_video_texts: overwrite texts of videos, and nothing else of them.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'v1', texts: {caption: 'one'}}]}
UNWIND $rows AS row
MATCH (n:Video {id: row.id})
SET n += row.texts
RETURN count(*) AS nodes
