"""Results into the graph: every edge once and never a shared video by two writers; what may stand is not written."""

from types import SimpleNamespace

import numpy as np
import pytest

from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders import writeback
from contentgraph.loaders.derive import Scored
from contentgraph.loaders.similar_edges import similar_rounds


def test_rounds_hold_every_edge_once_and_their_halves_share_no_video() -> None:
    rng = np.random.default_rng(1)
    n, k = 23, 7
    row = np.repeat(np.arange(n), k).astype(np.int32)
    col = np.concatenate([rng.choice([j for j in range(n) if j != i], k, replace=False) for i in range(n)])
    rank = np.tile(np.arange(1, k + 1), n).astype(np.int32)
    alike = rng.random(n * k) < 0.5
    found = Similar(row, col.astype(np.int32), rng.random(n * k).astype(np.float32), rank, alike)
    names = np.array([f"v{i}" for i in range(n)], dtype=np.object_)
    edges = np.flatnonzero(row % 5 != 0)
    rounds = similar_rounds(names, found, edges)
    told = []
    for halves in rounds:
        touched = [{name for each in rows for name in (each["id"], *each["targets"])} for rows in halves]
        assert not touched[0] & touched[1]
        for each in (*halves[0], *halves[1]):
            columns = (each[name] for name in ("targets", "ranks", "weights", "alike"))
            told += [(each["id"], *edge) for edge in zip(*columns, strict=True)]
    wanted = [(f"v{row[e]}", f"v{col[e]}", int(rank[e]), float(found.weight[e]), bool(alike[e]) or None) for e in edges]
    assert sorted(told) == sorted(wanted)


class Written:
    """A database that notes what is written."""

    def __init__(self, **stored: list[dict[str, object]]) -> None:
        self.stored, self.rows = stored, []

    def pages(self, name: str, **_: object) -> list[dict[str, object]]:
        return self.stored.get(name, [])

    def write(self, _: str, rows: list[dict[str, object]], **__: object) -> None:
        self.rows += [row["id"] for row in rows]


def scored(table: np.ndarray, taste: np.ndarray) -> SimpleNamespace:
    return SimpleNamespace(table=lambda: table, taste=taste)


@pytest.mark.parametrize(("exact", "wanted"), [(100, ["a", "b", "c", "d", "e"]), (0, ["b", "c", "d", "e"])])
def test_where_much_would_be_written_results_within_the_tolerance_stand(
    monkeypatch: pytest.MonkeyPatch, exact: int, wanted: list[str]
) -> None:
    """a moved by a hundredth, b's score by less, c's prior by a tenth, d turned among tastes, e has no results yet."""
    monkeypatch.setattr(writeback, "EXACT_VIDEOS", exact)
    stored, taste = np.full((6, 9), 0.5), np.tile([0.6, 0.8], (6, 1))
    stored[4] = np.nan
    table, turned = np.full((6, 9), 0.5), taste.copy()
    table[0, 3:] = 0.505
    table[1, 0] = 0.501
    table[2, 6] = 0.55
    turned[3] = [0.8, 0.6]
    platform = SimpleNamespace(videos=Vocabulary("abcdef"), stored=stored, taste=taste)
    database = Written()
    assert writeback.put_scores(database, platform, scored(table, turned), lambda _: None, 0.02) == len(wanted)
    assert database.rows == wanted


@pytest.mark.parametrize(
    ("exact", "wanted"), [(100, ["far", "near", "new", "other", "twin"]), (0, ["far", "new", "other", "twin"])]
)
def test_where_much_would_be_written_lists_within_the_tolerance_stand(
    monkeypatch: pytest.MonkeyPatch, exact: int, wanted: list[str]
) -> None:
    """The same videos in the same order with scores within 2 % stand; other scores, videos and lists are written.

    A sound that is the same as another has the list of that one.
    """
    monkeypatch.setattr(writeback, "EXACT_LISTS", exact)
    rows = [("far", ["a"], [0.5]), ("near", ["a"], [0.5]), ("other", ["b"], [0.505])]
    told = [{"id": name, "targets": targets, "scores": scores} for name, targets, scores in rows]
    names = Vocabulary(["far", "near", "new", "other"])
    kinds = {"sound": SimpleNamespace(entities=names)}
    platform = SimpleNamespace(videos=Vocabulary("ab"), kinds=kinds, same_sounds={"twin": "new"})
    first = np.zeros(4, dtype=np.int32)
    found = Featured(np.arange(4, dtype=np.int32), first, first + 1, np.array([0.6, 0.505, 0.4, 0.505]))
    database = Written(night_featured_sounds=told)
    writeback.put_featured(database, platform, "sound", found, lambda _: None, 0.02)
    assert sorted(database.rows) == wanted


@pytest.mark.parametrize(
    ("factor", "exact", "tolerance", "unit"),
    [(1.07, 0, 0.02, 1.07), (0.9, 0, 0.02, 0.9), (1.5, 0, 0.02, 1.0), (1.07, 3, 0.02, 1.0), (1.07, 0, 0.0, 1.0)],
)
def test_priors_are_told_in_the_unit_that_is_stored(
    monkeypatch: pytest.MonkeyPatch, factor: float, exact: int, tolerance: float, unit: float
) -> None:
    """All but the new and the gone moved by one factor; what moved beside that is told, and no order is another."""
    monkeypatch.setattr(writeback, "EXACT_VIDEOS", exact)
    stored = np.full((5, 9), np.nan)
    stored[:4, 6] = [0.8, 0.4, 0.2, 0.0]
    tonight = np.array([0.8 * factor, 0.4 * factor, 0.3 * factor, 0.0, 0.7])
    nothing = np.zeros(5)
    results = Scored(None, nothing, nothing, tonight, nothing, nothing, np.zeros((5, 1)))  # type: ignore[arg-type]
    found, told = writeback.as_stored(results, SimpleNamespace(stored=stored, taste=np.zeros((5, 0))), tolerance)
    assert told == pytest.approx(unit)
    np.testing.assert_allclose(found.prior * told, tonight)
    assert np.array_equal(np.argsort(found.prior), np.argsort(tonight))


@pytest.mark.parametrize(("exact", "tolerance", "as_it_was"), [(0, 0.02, True), (60, 0.02, False), (0, 0.0, False)])
def test_places_among_tastes_are_told_in_the_axes_that_are_stored(
    monkeypatch: pytest.MonkeyPatch, exact: int, tolerance: float, as_it_was: bool
) -> None:
    """A night that turns or mirrors all places as one has nothing to write, and what is near to what stays."""
    monkeypatch.setattr(writeback, "EXACT_VIDEOS", exact)
    rng = np.random.default_rng(3)
    places = rng.standard_normal((50, 4))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    places[:5] = 0.0
    turn, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    turn[:, 0] *= -np.sign(np.linalg.det(turn))  # a mirror too
    nothing = np.zeros(50)
    tonight = Scored(None, nothing, nothing, nothing, nothing, nothing, places @ turn)  # type: ignore[arg-type]
    stored = SimpleNamespace(stored=np.zeros((50, 9)), taste=np.round(places, writeback.TASTE_DIGITS))
    found, _ = writeback.as_stored(tonight, stored, tolerance)
    np.testing.assert_allclose(found.taste @ found.taste.T, places @ places.T, atol=1e-12)
    assert bool(writeback._near_taste(found.taste, stored.taste, 0.001).all()) == as_it_was
