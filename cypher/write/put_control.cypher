// put_control: say which share of people a challenge is held back from; its key is kept once it has one. A share of 0 ends it.
// params: id STRING, share FLOAT, key STRING
// returns: challenges INTEGER
// try: :param {id: 'c1', share: 0.1, key: '00ff'}
MATCH (c:Challenge {id: $id})
SET c.controlKey = coalesce(c.controlKey, $key), c.controlShare = $share
RETURN count(*) AS challenges
