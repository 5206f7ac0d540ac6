// add_folded_viewers: count people whose engagement with some videos was folded, by what they did; ascending, as two lists.
// params: rows LIST<MAP>
// returns: videos INTEGER
// try: :param {rows: [{id: 'v1', bits: [0, 9], people: [2, 1]}]}
UNWIND $rows AS row
MATCH (v:Video {id: row.id})
CALL (row, v) {
  UNWIND [i IN range(0, size(row.bits) - 1) | [row.bits[i], row.people[i]]]
    + [i IN range(0, size(coalesce(v.foldedBits, [])) - 1) | [v.foldedBits[i], v.foldedPeople[i]]] AS cell
  WITH cell[0] AS bits, sum(cell[1]) AS people
  ORDER BY bits
  RETURN collect(bits) AS bits, collect(people) AS people
}
SET v.foldedBits = bits, v.foldedPeople = people
RETURN count(*) AS videos
