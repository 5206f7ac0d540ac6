// decision_at: steps of videos by time, so that what is asked of the last weeks does not read the whole ledger.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX decision_at IF NOT EXISTS
FOR (d:Decision) ON (d.at)
