// night_users: every user's country and languages, the first first.
// params: none
// returns: id STRING, country STRING, languages LIST<STRING>
// try: :param {}
MATCH (u:User)
RETURN u.id AS id, u.country AS country, coalesce(u.languages, []) AS languages
