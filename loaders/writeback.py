"""Nightly results into the graph: what is stored is read first, and only what differs is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database, Transaction
from contentgraph.graph.featured import Featured
from contentgraph.graph.taste_vectors import turned
from contentgraph.loaders.bundles import bundles
from contentgraph.loaders.derive import TOLERANCE, Scored
from contentgraph.loaders.readback import VIDEO_RESULTS, Platform
from contentgraph.loaders.trending import Trend

Progress = Callable[[int], None]
Row = dict[str, object]
Floats = npt.NDArray[np.float64]

TASTE_DIGITS = 4
"""Decimals kept of a place among tastes: what is left out turns a unit row by less than a thousandth."""
DIGITS = 9
"""Decimals kept of derived numbers; differences below are no change."""


EXACT_VIDEOS = 20_000
"""Up to so many results that differ, all are written: exactness costs nothing there."""
UNIT = 1.2
"""By so much at most the stored unit of priors may be another than tonight's."""


def as_stored(scored: Scored, platform: Platform, tolerance: float = TOLERANCE) -> tuple[Scored, float]:
    """Tonight's results with places among tastes in the axes of those stored, priors in the unit of those stored, and
    that unit; as they are, and 1, where little is stored or ``tolerance`` is 0.

    A night turns all places as one, on which no affinity depends. A prior is a share of the best video's, so a night
    moves all of them by one factor, on which no order depends. Neither need be written: who weighs priors takes the
    unit into the weight. A factor beyond `UNIT` is written.
    """
    if tolerance <= 0.0:
        return scored, 1.0
    before = platform.taste
    if scored.taste.shape == before.shape and _many(np.logical_and(scored.taste.any(axis=1), before.any(axis=1))):
        scored = replace(scored, taste=turned(scored.taste, before))
    stored = platform.stored[:, VIDEO_RESULTS.index("prior")]
    both = (stored > 0.0) & (scored.prior > 0.0)
    unit = float(np.median(scored.prior[both] / stored[both])) if _many(both) else 1.0
    return (replace(scored, prior=scored.prior / unit), unit) if 1.0 / UNIT <= unit <= UNIT else (scored, 1.0)


def _many(videos: npt.NDArray[np.bool_]) -> bool:
    return int(videos.sum()) > EXACT_VIDEOS


def put_scores(
    database: Database, platform: Platform, scored: Scored, progress: Progress, tolerance: float = TOLERANCE
) -> int:
    """Write the derived properties of videos whose values changed; videos written.

    Score and viewers are always exact. Where more than `EXACT_VIDEOS` differ, a video whose other numbers are within
    ``tolerance`` of the stored ones (of the greater, and for the place among tastes of its length) is left as it is.
    """
    table, taste = np.round(scored.table(), DIGITS), np.round(scored.taste, TASTE_DIGITS)
    same = np.asarray(np.isclose(table, platform.stored, rtol=0.0, atol=10.0**-DIGITS).all(axis=1))
    before = platform.taste
    if before.shape != taste.shape:  # of another length, or none at all: what is stored is not what is told
        same &= ~(before.any(axis=1) | taste.any(axis=1))
        before = np.zeros_like(taste)
    same &= (taste == before).all(axis=1)
    if tolerance > 0.0 and _many(~same):
        same |= _near(table, platform.stored, tolerance) & _near_taste(scored.taste, before, tolerance)
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


def _near_taste(taste: Floats, stored: Floats, tolerance: float) -> npt.NDArray[np.bool_]:
    near: npt.NDArray[np.bool_] = np.linalg.norm(taste - stored, axis=1) <= tolerance * np.linalg.norm(taste, axis=1)
    return near


def results_of(values: Sequence[float], taste: Floats) -> Row:
    """The derived properties of one video: a row of `Scored.table` and its place among tastes, rounded."""
    results: Row = dict(zip(VIDEO_RESULTS, values, strict=True))
    return {**results, "viewers": int(values[1]), "taste": place_of(taste)}


def place_of(taste: Floats) -> list[float] | None:
    """A place among tastes as it is stored; 0 is nowhere."""
    return taste.tolist() if taste.any() else None


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
    for record in database.pages(f"night_featured_{kind}s"):
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


TREND_BATCH = 5_000
"""Trends a transaction: some 9 KiB each at the commit. Those of one kind and place, which are fewer, are whole."""


def put_trends(database: Database, rows: Iterable[Trend]) -> int:
    """Replace the stored trends, those of a kind and place in one transaction: nobody sees half a list; trends written.

    A place of which nothing is told any more is replaced by nothing.
    """
    told: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        place = (row.kind, row.country, row.language)
        told.setdefault(place, []).append({name: getattr(row, name) for name in Trend.__dataclass_fields__})
    stored = {
        (str(row["kind"]), str(row["country"]), str(row["language"])): int(row["trends"])
        for row in database.read("night_trend_places")
    }

    def renew(tx: Transaction, places: Sequence[tuple[str, str, str]]) -> None:
        tx.run("drop_trends", places=places)
        tx.run("put_trends", rows=[row for place in places for row in told.get(place, ())])

    held = [(place, max(len(told.get(place, ())), stored.get(place, 0))) for place in sorted({*told, *stored})]
    for places in bundles(held, TREND_BATCH):
        database.transaction(partial(renew, places=places))
    return sum(map(len, told.values()))


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
