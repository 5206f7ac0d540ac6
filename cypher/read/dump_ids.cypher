// dump_ids: the element id of every node of ours, and how many edges it has, but of tombstones and settings, which outlive a restore.
// params: none
// returns: id STRING, edges INTEGER
// try: :param {}
MATCH (n:User|Video|Challenge|Hashtag|Sound|Media|Topic|Counter|Decision|Pulse|Trend|Review|Run|PointScale)
RETURN elementId(n) AS id, COUNT { (n)--() } AS edges
