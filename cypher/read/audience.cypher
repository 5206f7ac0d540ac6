// audience: whom of some people, near a video or drawn at random, it may be shown to as part of its waves: those whom it suits; no fans, no creators, nobody whose account is younger than fresh, nobody who saw it.
// params: rows LIST<MAP> (id of a video, and people by source, as night_near_people tells them), fresh INTEGER, wide INTEGER (of creators with more followers the candidates are asked one by one)
// returns: videoId STRING, affinity LIST<STRING>, likeness LIST<STRING>, random LIST<STRING> (each in the order given)
// try: :param {rows: [{id: 'v1', affinity: ['u3'], likeness: ['u4'], drawn: ['u1', 'u2']}], fresh: 1766620800000, wide: 5000}
MATCH (s:Settings {id: 'contentgraph'})
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
WHERE v.removedAt IS NULL
  AND NOT v:Unannounced
  AND NOT EXISTS { MATCH (v)<-[:CREATED]-(c:User) WHERE c.removedAt IS NOT NULL }
// As lists, because a look-up in a list is many times cheaper than a pattern a candidate; its own are few. Of creators with many followers the candidates are asked.
WITH s, row, v, COLLECT { MATCH (v)<-[:ENGAGED|SAW|SHOWN|ASSIGNED|CREATED]-(u:User) RETURN u }
    + COLLECT { MATCH (v)<-[h:HIDES|REPORTED]-(u:User) WHERE h.at >= coalesce(h.until, h.at) RETURN u }
    + COLLECT { MATCH (v)<-[:CREATED]-(:User)-[b:BLOCKS]->(u:User) WHERE b.at >= coalesce(b.until, b.at) RETURN u }
    + COLLECT {
      MATCH (v)<-[:CREATED]-(c:User)
      WHERE COUNT { (c)<-[:FOLLOWS]-() } <= $wide
      MATCH (c)<-[b:BLOCKS|HIDES|REPORTED|FOLLOWS]-(u:User)
      WHERE b.at >= coalesce(b.until, b.at)
      RETURN u
    } AS barred,
  COLLECT { MATCH (v)<-[:CREATED]-(c:User) WHERE COUNT { (c)<-[:FOLLOWS]-() } > $wide RETURN c } AS stars
CALL (s, row, v, barred, stars) {
  UNWIND [{source: 'affinity', people: row.affinity}, {source: 'likeness', people: row.likeness}, {source: 'random', people: row.drawn}] AS list
  UNWIND range(0, size(list.people) - 1) AS place
  MATCH (u:User {id: list.people[place]})
  WITH s, v, barred, stars, list.source AS source, place, u
  WHERE u.removedAt IS NULL
    AND CASE
      // Whom no catalogue row describes is as old as what she did first.
      WHEN u:Unannounced THEN EXISTS { MATCH (u)-[first:ENGAGED]->() WHERE first.firstAt <= $fresh }
      ELSE coalesce(u.createdAt <= $fresh, true)
    END
    AND (v.language IS NULL OR size(coalesce(u.languages, [])) = 0 OR v.language IN u.languages)
    AND CASE
      WHEN u.restricted THEN coalesce(v.rating, 'unknown') = 'everyone'
      WHEN u:Anonymous OR u.birthYear IS NULL OR datetime({epochMillis: s.now}).year - u.birthYear <= 18
      THEN coalesce(v.rating, 'unknown') <> 'adult'
      ELSE true
    END
    AND CASE WHEN v:Withheld THEN NOT u.country IN v.withheldIn ELSE true END
    AND NOT u IN barred
    AND (size(stars) = 0
      OR NOT EXISTS { MATCH (u)-[b:BLOCKS|HIDES|REPORTED|FOLLOWS]->(c:User) WHERE c IN stars AND b.at >= coalesce(b.until, b.at) })
  WITH source, place, u.id AS id
  ORDER BY source, place
  RETURN collect(CASE source WHEN 'affinity' THEN id END) AS close, collect(CASE source WHEN 'likeness' THEN id END) AS like,
    collect(CASE source WHEN 'random' THEN id END) AS anyone
}
RETURN v.id AS videoId, close AS affinity, like AS likeness, anyone AS random
ORDER BY videoId
