"""Nightly results into the graph: what is stored is read first, and only what differs is written."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.featured import Featured
from contentgraph.graph.pulse import DAY_MS, PULSE_CELLS, Pulses
from contentgraph.loaders.derive import TOLERANCE, Scored
from contentgraph.loaders.hours import Hours
from contentgraph.loaders.readback import Platform
from contentgraph.loaders.trending import Trend

Progress = Callable[[int], None]
Row = dict[str, object]
Floats = npt.NDArray[np.float64]

VIDEO_RESULTS = ("score", "viewers", "posteriorMean", "posteriorSd", "freshness", "lift", "prior", "travel", "worth")
TASTE_DIGITS = 4
"""Decimals kept of a place among tastes: what is left out turns a unit row by less than a thousandth."""
DIGITS = 9
"""Decimals kept of derived numbers; differences below are no change."""


EXACT_VIDEOS = 20_000
"""Up to so many results that differ, all are written: exactness costs nothing there."""


def put_scores(
    database: Database, platform: Platform, scored: Scored, progress: Progress, tolerance: float = TOLERANCE
) -> int:
    """Write the derived properties of videos whose values changed; videos written.

    Score and viewers are always exact. Where more than `EXACT_VIDEOS` differ, a video whose other numbers are within
    ``tolerance`` of the stored ones (of the greater, and for the place among tastes of its length) is left as it is.
    """
    table, taste = np.round(scored.table(), DIGITS), rounded_taste(scored.taste)
    same = np.asarray(np.isclose(table, platform.stored, rtol=0.0, atol=10.0**-DIGITS).all(axis=1))
    same &= np.fromiter(map(operator.eq, taste, platform.taste), dtype=np.bool_, count=same.size)
    if tolerance > 0.0 and int((~same).sum()) > EXACT_VIDEOS:
        near = _near(table, platform.stored, tolerance) & _near_taste(scored.taste, platform.taste, tolerance)
        same |= near
    changed = np.flatnonzero(~same)
    names = platform.videos.ids(changed)
    rows: list[Row] = [
        {"id": name, "results": results_of(values, taste[place])}
        for place, name, values in zip(changed.tolist(), names, table[changed].tolist(), strict=True)
    ]
    return write(database, "put_video_results", rows, 5_000, progress)


def _near(table: Floats, stored: Floats, tolerance: float) -> npt.NDArray[np.bool_]:
    """Rows whose score and viewers are the stored ones and whose other numbers are near them; unknown is not near."""
    slack = np.maximum(tolerance * np.maximum(np.abs(table), np.abs(stored)), 10.0**-DIGITS)
    slack[:, :2] = 10.0**-DIGITS
    return np.asarray((np.abs(table - stored) <= slack).all(axis=1))


def _near_taste(taste: Floats, stored: Sequence[Sequence[float]], tolerance: float) -> npt.NDArray[np.bool_]:
    before = np.zeros_like(taste)
    for place, row in enumerate(stored):
        if len(row) == taste.shape[1]:
            before[place] = row
    near: npt.NDArray[np.bool_] = np.linalg.norm(taste - before, axis=1) <= tolerance * np.linalg.norm(taste, axis=1)
    return near


def results_of(values: Sequence[float], taste: Sequence[float]) -> Row:
    """The derived properties of one video: a row of `Scored.table` and its place among tastes."""
    results: Row = dict(zip(VIDEO_RESULTS, values, strict=True))
    return {**results, "viewers": int(values[1]), "taste": list(taste) or None}


def rounded_taste(taste: npt.NDArray[np.float64]) -> list[list[float]]:
    """The places as they are stored; an empty list for a row of zeros, which is nowhere."""
    known = np.any(taste, axis=1)
    return [row if there else [] for row, there in zip(np.round(taste, TASTE_DIGITS).tolist(), known, strict=True)]


def put_featured(
    database: Database,
    platform: Platform,
    kind: str,
    found: Featured,
    progress: Progress,
    tolerance: float = TOLERANCE,
) -> int:
    """Replace the FEATURED edges of the entities of one kind whose list changed; edges written.

    Where more than `EXACT_LISTS` lists differ, one of the same videos in the same order whose scores are within
    ``tolerance`` of the stored ones (of the greater) is left as it is.
    """
    videos, entities = platform.videos.ids(), platform.kinds[kind].entities.ids()
    wanted = {
        entities[entity]: ([videos[end] for end in ends], scores)
        for entity, (ends, scores) in lists(found.entity, found.video, np.round(found.score, DIGITS)).items()
    }
    if kind == "sound":  # each id of one leads to the videos of all
        same = platform.same_sounds.items()
        wanted |= {name: wanted[oldest] for name, oldest in same if oldest in wanted}
    changed: dict[str, tuple[list[str], list[float]]] = {}
    near: set[str] = set()
    for record in database.stream(f"night_featured_{kind}s"):
        ends, scores = wanted.pop(record["id"], ([], []))
        if record["targets"] != ends or not np.allclose(record["scores"], scores, rtol=0.0, atol=10.0**-DIGITS):
            changed[record["id"]] = (ends, scores)
            if record["targets"] == ends and np.allclose(record["scores"], scores, rtol=tolerance, atol=0.0):
                near.add(record["id"])
    changed |= dict(sorted(wanted.items()))
    if len(changed) > EXACT_LISTS:
        changed = {name: told for name, told in changed.items() if name not in near}
    rows: list[Row] = [{"id": name, "targets": ends, "scores": scores} for name, (ends, scores) in changed.items()]
    write(database, f"put_featured_{kind}s", rows, FEATURED_BATCH, progress)
    return sum(len(ends) for ends, _ in changed.values())


EXACT_LISTS = 5_000
"""Up to so many lists of a kind that differ, all are written."""
FEATURED_BATCH = 1_000
"""Lists a transaction."""


def put_pulses(
    database: Database,
    kind: str,
    entities: Sequence[str],
    found: Sequence[Pulses],
    hours: Hours,
    progress: Progress,
    since: int = 0,
) -> int:
    """Overwrite the pulses (an entity and day each) that changed, drop those that are gone; pulses written.

    ``found``: pulses of days that do not overlap, by the hour or by the day. What is stored is held as a number each;
    days before ``since`` (epoch ms) stay as they are.
    """
    stored: dict[tuple[str, int], int] = {}
    for record in database.stream("night_pulses", fetch_size=5_000, keys=2, kind=kind, since=since):
        stored[record["entity"], record["day"]] = _fingerprint(record[name] for name in PULSE_CELLS)
    rows: list[Row] = []
    written = 0
    for each in found:
        for key, cells in pulse_days(entities, each, hours):
            if key[1] < since:
                continue
            if stored.pop(key, None) != _fingerprint(cells.values()):
                rows.append({"entity": key[0], "day": key[1], "cells": cells})
            if len(rows) >= PULSE_BATCH:
                written += write(database, "put_pulses", rows, PULSE_BATCH, progress, kind=kind)
                rows = []
    written += write(database, "put_pulses", rows, PULSE_BATCH, progress, kind=kind)
    gone: list[Row] = [{"entity": entity, "day": day} for entity, day in stored]
    return written + write(database, "drop_pulses", gone, 10_000, progress, kind=kind)


PULSE_BATCH = 5_000
"""Pulses a transaction."""
PULSE_STEP = 200_000
"""Cells that are Python objects at once: a kind may have millions."""


def _fingerprint(cells: Iterable[Sequence[object]]) -> int:
    """A number that differs where the cells of a pulse do."""
    return hash(tuple(map(tuple, cells)))


def pulse_days(
    entities: Sequence[str], found: Pulses, hours: Hours
) -> Iterator[tuple[tuple[str, int], dict[str, list[object]]]]:
    """((entity, start of the day), the cells of that day as parallel lists), ordered by entity and day."""
    size = found.entity.size
    day = found.hour // DAY_MS * DAY_MS
    changes = (found.entity[1:] != found.entity[:-1]) | (day[1:] != day[:-1])
    bounds = np.append(np.flatnonzero(np.r_[True, changes]), size) if size else np.zeros(1, dtype=np.int64)
    countries = np.array([country for country, _ in hours.cells])
    languages = np.array([language for _, language in hours.cells])
    first = 0
    while first < bounds.size - 1:
        start = int(bounds[first])
        last = max(first + 1, int(np.searchsorted(bounds, start + PULSE_STEP, side="right")) - 1)
        some = slice(start, int(bounds[last]))
        columns: tuple[list[object], ...] = (
            found.hour[some].tolist(), countries[found.cell[some]].tolist(), languages[found.cell[some]].tolist(),
            found.users[some].tolist(), found.people[some].tolist(), found.pairs[some].tolist(),
            found.pushed[some].tolist(), found.videos[some].tolist(), np.round(found.points[some], 6).tolist(),
        )  # fmt: skip
        for begin, end in zip(bounds[first:last].tolist(), bounds[first + 1 : last + 1].tolist(), strict=True):
            cells = {
                name: column[begin - start : end - start] for name, column in zip(PULSE_CELLS, columns, strict=True)
            }
            yield (entities[int(found.entity[begin])], int(day[begin])), cells
        first = last


TREND_BATCH = 10_000
"""Rows a statement, all in one transaction: nobody sees half a list."""


def put_trends(database: Database, rows: Iterable[Trend]) -> int:
    """Replace all stored trends in one transaction; trends written."""
    told = [asdict(row) for row in rows]

    def replace(tx: object) -> None:
        run = tx.run  # type: ignore[attr-defined]
        run("drop_trends")
        for start in range(0, len(told), TREND_BATCH):
            run("put_trends", rows=told[start : start + TREND_BATCH])

    database.transaction(replace)
    return len(told)


def lists(row: np.ndarray, col: np.ndarray, weight: np.ndarray) -> dict[int, tuple[list[int], list[float]]]:
    """Row → (columns, weights) in their order; rows stand together."""
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if row.size else np.array([], dtype=np.int64)
    ends = np.r_[starts[1:], row.size] if row.size else starts
    return {
        int(row[start]): (col[start:end].tolist(), weight[start:end].tolist())
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    }


def write(
    database: Database, statement: str, rows: Sequence[Row], size: int, progress: Progress, **params: object
) -> int:
    """Write ``rows``, ``size`` a transaction; rows written."""
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        database.write(statement, rows=batch, **params)
        progress(len(batch))
    return len(rows)
