// put_challenge_texts: overwrite texts of challenges, and nothing else of them.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{id: 'c1', texts: {title: 'one'}}]}
UNWIND $rows AS row
MATCH (n:Challenge {id: row.id})
SET n += row.texts
RETURN count(*) AS nodes
