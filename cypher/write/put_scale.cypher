// put_scale: write one version of the point scale.
// params: version INTEGER, properties MAP
// returns: version INTEGER
// try: :param {version: 1, properties: {rewatch: 10.0, completion: 8.0, share: 6.0, comment: 4.0, like: 2.0, completionRatio: 0.9, rewatchRatio: 1.5}}
MERGE (p:PointScale {version: $version})
SET p += $properties
RETURN p.version AS version
