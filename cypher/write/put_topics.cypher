// put_topics: write topics with their names.
// params: rows LIST<MAP>
// returns: topics INTEGER
// try: :param {rows: [{id: 't1', name: '#dance', hashtags: ['dance'], words: ['dance'], videos: 12, generic: false, taste: [0.6, 0.8]}]}
UNWIND $rows AS row
MERGE (t:Topic {id: row.id})
SET t.name = row.name, t.hashtags = row.hashtags, t.words = row.words, t.videos = row.videos,
  t.generic = row.generic, t.taste = row.taste
RETURN count(*) AS topics
