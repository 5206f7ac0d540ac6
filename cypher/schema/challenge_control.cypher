// challenge_control: campaigns that hold some people back.
// params: none
// returns: nothing
// try: :param {}
CREATE INDEX challenge_control IF NOT EXISTS
FOR (c:Challenge) ON (c.controlShare)
