// size: how many nodes and relationships the graph holds, and how many users and videos are only named so far.
// params: none
// returns: nodes INTEGER, relationships INTEGER, unannouncedUsers INTEGER, unannouncedVideos INTEGER
// try: :param {}
CALL () {
  MATCH (n)
  RETURN count(n) AS nodes
}
CALL () {
  MATCH ()-[r]->()
  RETURN count(r) AS relationships
}
CALL () {
  MATCH (n:Unannounced&User)
  RETURN count(n) AS unannouncedUsers
}
CALL () {
  MATCH (n:Unannounced&Video)
  RETURN count(n) AS unannouncedVideos
}
RETURN nodes, relationships, unannouncedUsers, unannouncedVideos
