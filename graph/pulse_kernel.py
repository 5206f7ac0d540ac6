"""Compiled loops of pulses: facts put in order by video, counted by entity, hour and cell, and laid out as series."""

from typing import Any

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.durations import DAY_MS, HOUR_MS

FIRST, PUSHED, SPREAD = 1, 2, 4
"""Bits of `contentgraph.graph.pulse.Facts.how`."""


@compiled()
def place_rows(
    free: Any, user: Any, video: Any, at: Any, kept: Any, fact: int, bits: Any, latest: int, out: Any
) -> None:
    """Put the rows that are ``kept`` into the places of their videos; ``free``: [videos] the next one, moved on.

    ``out``: (user, at, fact, how) of all facts; times after ``latest`` (epoch ms) are booked to it.
    """
    users, ats, facts, hows = out
    for row in range(video.size):
        if kept[row]:
            place = free[video[row]]
            free[video[row]] += 1
            users[place], ats[place] = user[row], min(at[row], latest)
            facts[place], hows[place] = fact, bits[row]


@compiled()
def count_cells(
    first: int, last: int, lists: Any, facts: Any, born: Any, points: Any, cells: Any, since: int, until: int,
    step: int, wanted: int, seen: Any, out: Any,
) -> int:  # fmt: skip
    """Count the cells of the entities from ``first`` to ``last`` (exclusive) into ``out``; how many there are.

    ``lists``: (start [entities + 1], video) of the entities; ``facts``: (start [videos + 1], user, at, fact, how);
    ``born``: (created_at, cell) of the videos; ``cells``: (of users, number of cells); ``wanted``: bits that a fact
    must have; with 0 of them births count as well. ``seen``: two arrays of -1 a user, which the call leaves behind
    with what only its own entities mark. ``out``: arrays as the fields of `Pulses`, with a place for each fact and
    birth.
    """
    starts, videos = lists
    fact_start, user, at, fact, how = facts
    created, video_cell = born
    user_cell, width = cells
    seen_hour, seen_day = seen
    entities, hours, cell, users, people, pairs, pushed, births, brought = out
    begin = since // step
    span = max(-(-until // step) - begin, 1)
    daily = max(DAY_MS // step, 1)
    hours_of = np.zeros(span + 1, dtype=np.int64)
    place_of = np.zeros(width, dtype=np.int64)
    is_touched = np.zeros(width, dtype=np.bool_)
    touched = np.zeros(width, dtype=np.int64)
    rows = np.zeros(1, dtype=np.int64)
    total = 0
    for entity in range(first, last):
        # Its facts and births (the latter as ~video) by the hour: counted, then put in their places.
        hours_of[:] = 0
        for each in range(starts[entity], starts[entity + 1]):
            video = videos[each]
            for row in range(fact_start[video], fact_start[video + 1]):
                if since <= at[row] < until and how[row] & wanted == wanted:
                    hours_of[at[row] // step - begin + 1] += 1
            if not wanted and since <= created[video] < until:
                hours_of[created[video] // step - begin + 1] += 1
        for hour in range(span):
            hours_of[hour + 1] += hours_of[hour]
        if hours_of[span] > rows.size:
            rows = np.zeros(2 * hours_of[span], dtype=np.int64)
        for each in range(starts[entity], starts[entity + 1]):
            video = videos[each]
            for row in range(fact_start[video], fact_start[video + 1]):
                if since <= at[row] < until and how[row] & wanted == wanted:
                    hour = at[row] // step - begin
                    rows[hours_of[hour]] = row
                    hours_of[hour] += 1
            if not wanted and since <= created[video] < until:
                hour = created[video] // step - begin
                rows[hours_of[hour]] = ~video
                hours_of[hour] += 1
        done = 0
        for hour in range(span):
            end = hours_of[hour]  # moved on by the second pass
            if end == done:
                continue
            count = 0
            for one in range(done, end):
                row = rows[one]
                where = user_cell[user[row]] if row >= 0 else video_cell[~row]
                if not is_touched[where]:
                    is_touched[where] = True
                    touched[count] = where
                    count += 1
            touched[:count].sort()
            for number in range(count):
                where, place = touched[number], total + number
                is_touched[where], place_of[where] = False, place
                entities[place], hours[place], cell[place] = entity, (hour + begin) * step, where
                users[place] = people[place] = pairs[place] = pushed[place] = births[place] = 0
                brought[place] = 0.0
            total += count
            mark, day = entity * span + hour, entity * (span + 1) + (hour + begin) // daily - begin // daily
            for one in range(done, end):
                row = rows[one]
                if row < 0:
                    births[place_of[video_cell[~row]]] += 1
                    continue
                who, place = user[row], place_of[user_cell[user[row]]]
                brought[place] += points[fact[row]]
                if how[row] & FIRST:
                    pairs[place] += 1
                    pushed[place] += how[row] & PUSHED != 0
                    if seen_hour[who] != mark:
                        seen_hour[who] = mark
                        users[place] += 1
                    if how[row] & SPREAD and seen_day[who] != day:
                        seen_day[who] = day
                        people[place] += 1
            done = end
    return total


@compiled()
def busy_of(entity: Any, hour: Any, cell: Any, people: Any, cell_in: Any, since: int, until: int, total: Any) -> int:
    """Add the people of the cells marked in ``cell_in``, of the hours from ``since`` to ``until``, to ``total``; how
    many cells those are."""
    cells = 0
    for place in range(entity.size):
        if people[place] and cell_in[cell[place]] and since <= hour[place] < until:
            total[entity[place]] += people[place]
            cells += 1
    return cells


@compiled()
def series_of(
    entity: Any, hour: Any, cell: Any, people: Any, cell_in: Any, since: int, until: int, row: Any, out: Any
) -> int:
    """The same by ``row`` [entities] (-1: none; ascending) and by the hour, for cells by entity and hour.

    ``out``: (entries of the row before, column, people) of a sparse matrix, with room for as many entries as there are
    cells; how many it has.
    """
    start, column, count = out
    last, at = -1, -1
    done = 0
    for place in range(entity.size):
        mine = row[entity[place]]
        if people[place] and cell_in[cell[place]] and since <= hour[place] < until and mine >= 0:
            now = (hour[place] - since) // HOUR_MS
            if mine != last or now != at:
                last, at = mine, now
                start[mine + 1] += 1
                column[done], count[done] = now, 0
                done += 1
            count[done - 1] += people[place]
    return done


@compiled()
def reached(starts: Any, videos: Any, entity: int, fact_start: Any, at: Any, how: Any, since: int) -> Any:
    """(fact, video) of those who came to an entity as it spreads from ``since`` on, by video."""
    wanted, count = FIRST | SPREAD, 0
    for each in range(starts[entity], starts[entity + 1]):
        for row in range(fact_start[videos[each]], fact_start[videos[each] + 1]):
            if how[row] & wanted == wanted and at[row] >= since:
                count += 1
    rows = np.empty(count, dtype=np.int64)
    seen = np.empty(count, dtype=np.int64)
    count = 0
    for each in range(starts[entity], starts[entity + 1]):
        for row in range(fact_start[videos[each]], fact_start[videos[each] + 1]):
            if how[row] & wanted == wanted and at[row] >= since:
                rows[count], seen[count] = row, videos[each]
                count += 1
    return rows, seen


@compiled()
def checksums(
    bounds: Any, hour: Any, cell: Any, where: Any, users: Any, people: Any, pairs: Any, pushed: Any, videos: Any,
    points: Any,
) -> Any:  # fmt: skip
    """[days] of the cells from ``bounds[d]`` to ``bounds[d + 1]``; ``where``: a number a cell's country and language,
    ``points`` as their bits. Each number is mixed in as SplitMix64 mixes (Steele et al., OOPSLA 2014)."""
    found = np.empty(bounds.size - 1, dtype=np.int64)
    for day in range(bounds.size - 1):
        told = np.uint64(bounds[day + 1] - bounds[day])
        for place in range(bounds[day], bounds[day + 1]):
            for value in (
                np.uint64(hour[place]), where[cell[place]], np.uint64(users[place]), np.uint64(people[place]),
                np.uint64(pairs[place]), np.uint64(pushed[place]), np.uint64(videos[place]), np.uint64(points[place]),
            ):  # fmt: skip
                told = (told ^ value) * np.uint64(0x9E3779B97F4A7C15)
                told = (told ^ (told >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                told = (told ^ (told >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                told = told ^ (told >> np.uint64(31))
        found[day] = np.int64(told)
    return found
