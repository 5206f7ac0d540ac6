"""Nightly results into the graph: what is stored is read first, and only what differs is written."""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.pulse import DAY_MS, Pulses
from contentgraph.loaders.derive import Scored
from contentgraph.loaders.engagements import write_rounds
from contentgraph.loaders.hours import Hours
from contentgraph.loaders.readback import Platform
from contentgraph.loaders.trending import Trend

Progress = Callable[[int], None]
Row = dict[str, object]

VIDEO_RESULTS = ("score", "viewers", "posteriorMean", "posteriorSd", "freshness", "lift", "prior", "travel", "worth")
TASTE_DIGITS = 4
"""Decimals kept of a place among tastes: what is left out turns a unit row by less than a thousandth."""
DIGITS = 9
"""Decimals kept of derived numbers; differences below are no change."""


def put_scores(database: Database, platform: Platform, scored: Scored, progress: Progress) -> int:
    """Write the derived properties of videos whose values changed; videos written."""
    table, taste = np.round(scored.table(), DIGITS), _rounded(scored.taste)
    same = np.isclose(table, platform.stored, rtol=0.0, atol=10.0**-DIGITS).all(axis=1)
    same &= np.fromiter(map(operator.eq, taste, platform.taste), dtype=np.bool_, count=same.size)
    changed = np.flatnonzero(~same)
    names = platform.videos.ids(changed)
    rows: list[Row] = []
    for place, name, values in zip(changed.tolist(), names, table[changed].tolist(), strict=True):
        results: Row = dict(zip(VIDEO_RESULTS, values, strict=True))
        results["viewers"] = int(values[1])
        results["taste"] = taste[place] or None
        rows.append({"id": name, "results": results})
    return write(database, "put_video_results", rows, 5_000, progress)


def _rounded(taste: npt.NDArray[np.float64]) -> list[list[float]]:
    """The places as they are stored; an empty list for a row of zeros, which is nowhere."""
    known = np.any(taste, axis=1)
    return [row if there else [] for row, there in zip(np.round(taste, TASTE_DIGITS).tolist(), known, strict=True)]


def put_similar(database: Database, platform: Platform, found: Similar, progress: Progress) -> int:
    """Replace the SIMILAR edges of videos whose list changed; edges written."""
    names = np.array(platform.videos.ids(), dtype=np.object_)
    weight = found.weight.astype(np.float64).round(DIGITS)
    start = np.searchsorted(found.row, np.arange(names.size + 1))
    changed = np.ones(names.size, dtype=np.bool_)
    stale: list[str] = []
    for record in database.stream("night_similar", fetch_size=2_000):
        source = int(platform.videos.index([record["videoId"]])[0])
        told = slice(int(start[source]), int(start[source + 1]))
        order = np.argsort(record["ranks"])
        ends = platform.videos.index(record["targets"])[order]
        if np.array_equal(ends, found.col[told]) and np.allclose(
            np.array(record["weights"])[order], weight[told], rtol=0.0, atol=10.0**-DIGITS
        ):
            changed[source] = False
        else:
            stale.append(record["videoId"])
    for step in range(0, len(stale), 1_000):
        database.write("drop_similar", ids=stale[step : step + 1_000])
    edges = 0
    for first in range(0, names.size, SIMILAR_STEP):
        inside = np.arange(start[first], start[min(first + SIMILAR_STEP, names.size)])
        inside = inside[changed[found.row[inside]]]
        write_rounds(database, "put_similar", _similar_rounds(names, found, weight, inside), SIMILAR_BATCH)
        progress(inside.size)
        edges += inside.size
    return edges


_TURN = np.array([[0, 0, 1, 2], [0, 0, 2, 1], [1, 2, 0, 0], [2, 1, 0, 0]])
_HALF = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 1, 1], [0, 1, 1, 1]])


def _similar_rounds(
    names: npt.NDArray[np.object_], found: Similar, weight: npt.NDArray[np.float64], edges: npt.NDArray[np.int64]
) -> list[tuple[list[Row], list[Row]]]:
    """Rows of ``put_similar`` for some edges, in three rounds whose halves share no video.

    By the remainder of an index by 4: within {0, 1} beside within {2, 3}; 0–2 beside 1–3; 0–3 beside 1–2.
    """
    row, col = found.row[edges], found.col[edges]
    place = _TURN[row & 3, col & 3] * 2 + _HALF[row & 3, col & 3]
    rounds: list[tuple[list[Row], list[Row]]] = [([], []), ([], []), ([], [])]
    for turn in range(3):
        for half in range(2):
            told = edges[place == turn * 2 + half]
            source = found.row[told]
            starts = np.flatnonzero(np.r_[True, source[1:] != source[:-1]]) if told.size else told
            targets, ranks = names[found.col[told]].tolist(), found.rank[told].tolist()
            weights, sources = weight[told].tolist(), names[source[starts]].tolist()
            bounds = [*starts.tolist(), int(told.size)]
            rounds[turn][half].extend(
                {"id": name, "targets": targets[a:b], "ranks": ranks[a:b], "weights": weights[a:b]}
                for name, a, b in zip(sources, bounds, bounds[1:], strict=False)
            )
    return rounds


SIMILAR_STEP = 4_000
"""Videos whose edges are written between two reports."""
SIMILAR_BATCH = 400
"""Rows a transaction, of a third of K edges or so each."""


def put_featured(database: Database, platform: Platform, kind: str, found: Featured, progress: Progress) -> int:
    """Replace the FEATURED edges of the entities of one kind whose list changed; edges written."""
    videos, entities = platform.videos.ids(), platform.kinds[kind].entities.ids()
    wanted = {
        entities[entity]: ([videos[end] for end in ends], scores)
        for entity, (ends, scores) in lists(found.entity, found.video, np.round(found.score, DIGITS)).items()
    }
    changed: dict[str, tuple[list[str], list[float]]] = {}
    for record in database.stream(f"night_featured_{kind}s"):
        ends, scores = wanted.pop(record["id"], ([], []))
        if record["targets"] != ends or not np.allclose(record["scores"], scores, rtol=0.0, atol=10.0**-DIGITS):
            changed[record["id"]] = (ends, scores)
    changed |= dict(sorted(wanted.items()))
    rows: list[Row] = [{"id": name, "targets": ends, "scores": scores} for name, (ends, scores) in changed.items()]
    write(database, f"put_featured_{kind}s", rows, FEATURED_BATCH, progress)
    return sum(len(ends) for ends, _ in changed.values())


FEATURED_BATCH = 1_000
"""Lists a transaction."""


PULSE_CELLS = ("hours", "countries", "languages", "users", "people", "pairs", "pushed", "videos", "points")


def put_pulses(
    database: Database, kind: str, entities: Sequence[str], found: Sequence[Pulses], hours: Hours, progress: Progress
) -> int:
    """Overwrite the pulses (an entity and day each) that changed, drop those that are gone; pulses written.

    ``found``: pulses of days that do not overlap, by the hour or by the day.
    """
    wanted: dict[tuple[str, int], dict[str, list[object]]] = {}
    for each in found:
        wanted |= _pulse_days(entities, each, hours)
    gone: list[Row] = []
    for record in database.stream("night_pulses", kind=kind, fetch_size=5_000):
        key = (record["entity"], record["day"])
        told = wanted.get(key)
        if told is None:
            gone.append({"entity": key[0], "day": key[1]})
        elif all(record[name] == told[name] for name in PULSE_CELLS):
            del wanted[key]
    rows: list[Row] = [{"entity": entity, "day": day, "cells": cells} for (entity, day), cells in wanted.items()]
    dropped = write(database, "drop_pulses", gone, 10_000, progress, kind=kind)
    return dropped + write(database, "put_pulses", rows, 5_000, progress, kind=kind)


def _pulse_days(entities: Sequence[str], found: Pulses, hours: Hours) -> dict[tuple[str, int], dict[str, list[object]]]:
    """(entity, start of the day) → the cells of that day as parallel lists."""
    day = found.hour // DAY_MS * DAY_MS
    starts = np.flatnonzero(np.r_[True, (found.entity[1:] != found.entity[:-1]) | (day[1:] != day[:-1])])
    if not found.entity.size:
        return {}
    countries = np.array([country for country, _ in hours.cells])[found.cell].tolist()
    languages = np.array([language for _, language in hours.cells])[found.cell].tolist()
    columns: tuple[list[object], ...] = (
        found.hour.tolist(), countries, languages, found.users.tolist(), found.people.tolist(), found.pairs.tolist(),
        found.pushed.tolist(), found.videos.tolist(), np.round(found.points, 6).tolist(),
    )  # fmt: skip
    ends = [*starts[1:].tolist(), found.entity.size]
    return {
        (entities[int(found.entity[start])], int(day[start])): {
            name: column[start:end] for name, column in zip(PULSE_CELLS, columns, strict=True)
        }
        for start, end in zip(starts.tolist(), ends, strict=True)
    }


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
