// media_embedding: nearest videos by what their pictures look like.
// params: none
// returns: nothing
// try: :param {}
CREATE VECTOR INDEX media_embedding IF NOT EXISTS
FOR (m:Media) ON (m.embedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine'}}
