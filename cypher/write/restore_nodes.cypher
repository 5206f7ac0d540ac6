// restore_nodes: create nodes as a dump has them.
// params: rows LIST<MAP>
// returns: nodes INTEGER
// try: :param {rows: [{labels: ['Hashtag'], properties: {name: 'x1'}}]}
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
RETURN count(*) AS nodes
