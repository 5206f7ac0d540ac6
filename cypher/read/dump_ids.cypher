// dump_ids: the element id of every node of ours but tombstones and settings, which outlive a restore.
// params: none
// returns: id STRING
// try: :param {}
MATCH (n:User|Video|Challenge|Hashtag|Sound|Media|Topic|Counter|Decision|Pulse|Trend|Review|Run|PointScale)
RETURN elementId(n) AS id
