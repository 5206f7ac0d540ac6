// assigned_until: test slots by when they lapse.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX assigned_until IF NOT EXISTS
FOR ()-[a:ASSIGNED]-() ON (a.until)
