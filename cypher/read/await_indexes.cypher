// await_indexes: wait until every index is online, at most some seconds.
// params: seconds INTEGER
// returns: nothing
// try: :param {seconds: 300}
CALL db.awaitIndexes($seconds)
