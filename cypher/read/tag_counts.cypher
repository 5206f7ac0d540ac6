// tag_counts: every hashtag and how many videos carry it.
// params: none
// returns: name STRING, videos INTEGER, words LIST<STRING> (as split last), wordsBy STRING (what split them), head STRING (of its family, as linked last)
// try: :param {}
MATCH (h:Hashtag)
WHERE h.name >= ''
RETURN h.name AS name, COUNT { (h)<-[:TAGGED]-() } AS videos, h.words AS words, h.wordsBy AS wordsBy,
  head([(h)-[:SPELLS]->(x:Hashtag) | x.name]) AS head
ORDER BY name
