// put_topics: write topics with their names.
// params: rows LIST<MAP>
// returns: topics INTEGER
// try: :param {rows: [{id: 't1', name: '#dance', hashtags: ['dance'], words: ['dance'], videos: 12, generic: false}]}
UNWIND $rows AS row
MERGE (t:Topic {id: row.id})
SET t.name = row.name, t.hashtags = row.hashtags, t.words = row.words, t.videos = row.videos,
  t.generic = row.generic
RETURN count(*) AS topics
