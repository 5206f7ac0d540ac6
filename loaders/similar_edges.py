"""SIMILAR edges into the graph: what is stored is read as arrays, compared, and only the differences are written."""

from array import array
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.edges import Similar
from contentgraph.graph.shared_viewers import without_shared_viewers
from contentgraph.graph.standing import differences
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.derive import EDGES
from contentgraph.loaders.engagements import Halves, write_rounds
from contentgraph.loaders.readback import Platform
from contentgraph.loaders.writeback import DIGITS

Progress = Callable[[int], None]
Row = dict[str, object]
Names = npt.NDArray[np.object_]
Places = npt.NDArray[np.int64]

EXACT_EDGES = 100_000
"""Up to so many edges that differ, all are written: exactness costs nothing there."""
SIMILAR_STEP = 200_000
"""Edges that are written between two reports."""
SIMILAR_BATCH = 400
"""Rows a transaction, of a third of K edges or so each."""


def read_similar(database: Database, videos: Vocabulary, progress: Progress = lambda _: None) -> Similar:
    """The stored edges, in no order; edges from or to a video that is not known are left out."""
    row, col, rank, weight, alike = array("i"), array("i"), array("i"), array("d"), array("b")
    for record in database.pages("night_similar"):
        targets = videos.index(record["targets"], missing="negative")
        source = int(videos.index([record["videoId"]], missing="negative")[0])
        row.extend([source] * len(targets))
        col.frombytes(targets.astype(np.int32).tobytes())
        rank.extend(record["ranks"])
        weight.extend(record["weights"])
        apart = set(record["alike"])
        alike.extend([name in apart for name in record["targets"]])
        progress(len(targets))
    told = Similar(
        np.frombuffer(row, dtype=np.int32),
        np.frombuffer(col, dtype=np.int32),
        np.frombuffer(weight, dtype=np.float64),  # as it is stored
        np.frombuffer(rank, dtype=np.int32),
        np.frombuffer(alike, dtype=np.bool_),
    )
    known = (told.row >= 0) & (told.col >= 0)
    return told if known.all() else told.some(known)


def as_stored(found: Similar, platform: Platform) -> Similar:
    """The edges as they are stored: weights rounded, none that would be 0, and whether nobody watched both ends."""
    weight, pairs = found.weight.astype(np.float64).round(DIGITS), platform.engagements
    kept = replace(found, weight=weight)  # type: ignore[arg-type]  # doubles
    if weight.size and not weight.min() > 0.0:
        kept = kept.some(weight > 0.0)
    return replace(kept, alike=without_shared_viewers(kept, pairs.user, pairs.video, len(platform.videos)))


def put_similar(
    database: Database,
    platform: Platform,
    stored: Similar,
    found: Similar,
    progress: Progress,
    k: int = 50,
    tolerance: float = EDGES,
) -> int:
    """Make the ``stored`` SIMILAR edges those found; edges written.

    Where more than `EXACT_EDGES` differ, edges within ``tolerance`` stand (`contentgraph.graph.standing`).
    """
    names = np.array(platform.videos.ids(), dtype=np.object_)
    wanted = as_stored(found, platform)
    told = differences(stored, wanted, names.size, k)
    if stored.row.size and told.gone.size + told.fresh.size + told.moved.size > EXACT_EDGES:
        told = differences(stored, wanted, names.size, k, tolerance)
    for statement, edges, part, rounds in (
        ("drop_similar", stored, told.gone, similar_rounds),
        ("put_similar", wanted, told.fresh, similar_rounds),
        # A changed edge is all that is locked.
        ("set_similar", wanted, told.moved, by_source),
    ):
        ordered = part[np.argsort(edges.row[part], kind="stable")]
        steps = (ordered[start : start + SIMILAR_STEP] for start in range(0, part.size, SIMILAR_STEP))
        for some in steps:
            write_rounds(database, statement, rounds(names, edges, some), SIMILAR_BATCH)
            progress(some.size)
    return int(told.gone.size + told.fresh.size + told.moved.size)


def by_source(names: Names, found: Similar, edges: Places) -> list[Halves]:
    """Rows of a statement for some edges, all of a video in one of two halves: its edges are looked through once."""
    odd = found.row[edges] & 1 > 0
    return [(_rows(names, found, edges[~odd]), _rows(names, found, edges[odd]))]


_TURN = np.array([[0, 0, 1, 2], [0, 0, 2, 1], [1, 2, 0, 0], [2, 1, 0, 0]])
_HALF = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 1, 1], [0, 1, 1, 1]])


def similar_rounds(names: Names, found: Similar, edges: Places) -> list[Halves]:
    """Rows of a statement for some edges, those of a video together, in three rounds whose halves share no video.

    By the remainder of an index by 4: within {0, 1} beside within {2, 3}; 0–2 beside 1–3; 0–3 beside 1–2.
    """
    row, col = found.row[edges], found.col[edges]
    place = _TURN[row & 3, col & 3] * 2 + _HALF[row & 3, col & 3]
    told = [_rows(names, found, edges[place == part]) for part in range(6)]
    return list(zip(told[::2], told[1::2], strict=True))


def _rows(names: Names, found: Similar, told: Places) -> list[Row]:
    """A row a video of some edges, in the order of their sources."""
    source = found.row[told]
    starts = np.flatnonzero(np.r_[True, source[1:] != source[:-1]]) if told.size else told
    targets, ranks = names[found.col[told]].tolist(), found.rank[told].tolist()
    weights, sources = found.weight[told].tolist(), names[source[starts]].tolist()
    alike = [flag or None for flag in found.alike[told].tolist()] if found.alike is not None else []
    bounds = [*starts.tolist(), int(told.size)]
    return [
        {"id": name, "targets": targets[a:b], "ranks": ranks[a:b], "weights": weights[a:b], "alike": alike[a:b]}
        for name, a, b in zip(sources, bounds, bounds[1:], strict=False)
    ]
