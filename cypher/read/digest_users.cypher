// digest_users: every user with all that was told of her, in the order of ids.
// params: none
// returns: id STRING, announced BOOLEAN, properties MAP, edges LIST<LIST<ANY>> (type, other end, properties)
// try: :param {}
MATCH (u:User)
WHERE u.id >= ''
WITH u
ORDER BY u.id
RETURN u.id AS id, NOT u:Unannounced AS announced, properties(u) AS properties,
  [(u)-[r:CREATED|INVITED|FOLLOWS|BLOCKS|HIDES|REPORTED|ENGAGED|SAW|FOLDED|LAUNCHED|SPONSORS]->(x) |
    [type(r), CASE WHEN x:User THEN 'User' WHEN x:Video THEN 'Video' WHEN x:Challenge THEN 'Challenge' WHEN x:Sound THEN 'Sound' ELSE 'Hashtag' END, coalesce(x.id, x.name), properties(r)]] AS edges
