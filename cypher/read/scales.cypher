// scales: all versions of the point scale, the newest first.
// params: none
// returns: version INTEGER, rewatch FLOAT, completion FLOAT, share FLOAT, comment FLOAT, like FLOAT, completionRatio FLOAT, rewatchRatio FLOAT
// try: :param {}
MATCH (p:PointScale)
RETURN p.version AS version, p.rewatch AS rewatch, p.completion AS completion, p.share AS share, p.comment AS comment,
  p.like AS like, p.completionRatio AS completionRatio, p.rewatchRatio AS rewatchRatio
ORDER BY version DESC
