// place_newcomers: let a video that nobody watched and that has no neighbours yet be led to and lead on by its content: SIMILAR both ways until the next night, and, where no night said what it is worth, the mean of its neighbours.
// params: rows LIST<MAP>
// returns: edges INTEGER
// try: :param {rows: [{id: 'v1', targets: ['v2'], likeness: [0.9]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
WHERE v.removedAt IS NULL
  AND NOT v:Unannounced
  AND coalesce(v.viewers, 0) = 0
  AND NOT EXISTS { (v)-[:SIMILAR]->() }
UNWIND range(0, size(row.targets) - 1) AS place
MATCH (x:Video {id: row.targets[place]})
WHERE x <> v
  AND x.lift IS NOT NULL
  AND NOT EXISTS { (x)-[:SIMILAR]->(v) }
WITH v, x, place, row.likeness[place] AS likeness, head(COLLECT { MATCH (x)-[s:SIMILAR]->() WHERE s.rank <= 5 RETURN s.weight ORDER BY s.rank DESC LIMIT 1 }) AS weight
WITH v, x, place, likeness * coalesce(weight, 0.01) AS weight
CREATE (v)-[:SIMILAR {rank: place + 1, weight: weight, alike: true}]->(x)
CREATE (x)-[:SIMILAR {rank: 5, weight: weight, alike: true}]->(v)
WITH v, count(*) AS edges, avg(x.lift) AS lift, avg(x.worth) AS worth
SET v.lift = coalesce(v.lift, lift),
  v.worth = coalesce(v.worth, worth)
RETURN sum(2 * edges) AS edges
