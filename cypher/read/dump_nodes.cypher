// dump_nodes: every node of ours with its properties and all edges that leave it.
// params: none
// returns: labels LIST<STRING>, properties MAP, edges LIST<LIST<ANY>> (type, label and key of the other end, properties)
// try: :param {}
MATCH (n:User|Video|Challenge|Hashtag|Sound|Media|Topic|Counter|Decision|Pulse|Trend|Review|Run|PointScale|Settings|Tombstone)
RETURN labels(n) AS labels, properties(n) AS properties,
  [(n)-[r]->(x) |
    [type(r), [l IN labels(x) WHERE NOT l IN ['Unannounced', 'Anonymous', 'Withheld', 'Underived']][0], coalesce(x.id, x.name), properties(r)]] AS edges
