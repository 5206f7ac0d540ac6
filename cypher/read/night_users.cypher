// night_users: every user's country and first language.
// params: none
// returns: id STRING, country STRING, language STRING
// try: :param {}
MATCH (u:User)
RETURN u.id AS id, u.country AS country, u.languages[0] AS language
