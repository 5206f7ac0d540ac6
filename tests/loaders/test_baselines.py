"""Baselines on data with a plan: groups with a taste of their own, popular videos, and videos that age within days."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import pytest
import threadpoolctl
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.interactions import part
from contentgraph.graph.metrics import judge
from contentgraph.graph.similarity import Pairs
from contentgraph.loaders.baselines import GRIDS, METHODS, Baseline, baselines
from contentgraph.loaders.split import Split, split_of

HOUR = 3_600_000
USERS, VIDEOS, GROUPS, DAYS = 150, 100, 5, 14
RAN_HERE = [name for name in METHODS if name != "lenskit_itemknn"]


def seconds() -> Callable[[], float]:
    """A clock on which one second passes from question to question: a budget is a number of trials."""
    ticks = count()
    return lambda: float(next(ticks))


@cache
def planted(times: bool = True) -> Split:
    """Users watch the popular videos of their group, with times the latest ones; the last two days are foretold."""
    rng = np.random.default_rng(5)
    group, born = np.arange(VIDEOS) % GROUPS, np.sort(rng.uniform(-48.0, DAYS * 24.0, VIDEOS))
    drawn = rng.permutation(VIDEOS)
    group = group[drawn]
    popular = rng.pareto(1.5, VIDEOS) + 0.2
    latest: dict[tuple[int, int], int] = {}
    for user in range(USERS):
        for hour in np.sort(rng.uniform(0.0, DAYS * 24.0, 25)):
            age = hour - born
            wish = np.where(age >= 0.0, popular * 0.5 ** (np.maximum(age, 0.0) / 36.0), 0.0) if times else popular
            wish = wish * np.where(group == user % GROUPS, 1.0, 0.02)
            latest[user, int(rng.choice(VIDEOS, p=wish / wish.sum()))] = int(hour * HOUR)
    user, video = (np.array(side) for side in zip(*latest, strict=True))
    at = np.array(list(latest.values()), dtype=np.int64)
    points = rng.integers(0, 6, at.size).astype(np.float64)
    now = (DAYS - 2) * 24 * HOUR

    def part(chosen: np.ndarray) -> Pairs:
        told = (points[chosen], at[chosen]) if times else (None, None)
        return Pairs(user[chosen], video[chosen], USERS, VIDEOS, *told)

    ids = [[f"{kind}{place:03}" for place in range(size)] for kind, size in (("u", USERS), ("v", VIDEOS))]
    return split_of("planted", *ids, part(at < now), part(at >= now), now=now if times else None)


def run(name: str, split: Split, *, seed: int = 1, budget_s: float = 6.0, **more: Any) -> Baseline:
    asked = {"n": 10, "clock": seconds(), "rng": np.random.default_rng(seed), **more}
    (found,) = baselines(split, budget_s=budget_s, only=frozenset({name}), **asked)
    return found


def graded(lists: np.ndarray, split: Split) -> float:
    return float(judge(lists, split.targets).graded_ndcg.mean())


def by_chance(split: Split, n: int = 10) -> float:
    """Of lists of unseen videos in random order, the best of 20 draws."""
    rng, best = np.random.default_rng(0), 0.0
    for _ in range(20):
        luck = rng.random((split.judged.size, VIDEOS))
        luck[split.seen[split.judged].toarray() > 0.0] = -1.0
        best = max(best, graded(np.argsort(-luck, axis=1)[:, :n].astype(np.int32), split))
    return best


def check_lists(found: Baseline, split: Split, n: int) -> None:
    assert found.lists.shape == (split.judged.size, n)
    assert found.lists.dtype == np.int32
    assert found.lists.min() >= -1
    assert found.lists.max() < VIDEOS
    for user, own in zip(split.judged.tolist(), found.lists.tolist(), strict=True):
        told = [video for video in own if video >= 0]
        assert own == told + [-1] * (n - len(told))
        assert len(set(told)) == len(told)
        assert not set(told) & set(split.seen[user].indices.tolist())


@pytest.mark.parametrize("name", RAN_HERE[1:])
def test_each_but_popularity_beats_chance_where_videos_age(name: str):
    assert graded(run(name, planted()).lists, planted()) > 1.2 * by_chance(planted())


@pytest.mark.parametrize("name", [name for name in RAN_HERE if not METHODS[name].needs_times])
def test_each_that_needs_no_times_beats_chance_without_times_and_points(name: str):
    split = planted(times=False)
    found = run(name, split)
    assert graded(found.lists, split) > 1.2 * by_chance(split)
    assert found.params["weights"] == "binary"


@pytest.mark.parametrize("n", [1, 10, VIDEOS + 5])
@pytest.mark.parametrize("name", RAN_HERE)
def test_nobody_is_suggested_what_she_has_seen_nor_a_video_twice(name: str, n: int):
    """Longer lists than there are videos end in -1."""
    check_lists(run(name, planted(), n=n, budget_s=0.0), planted(), n)


@pytest.mark.parametrize("budget_s", [0.0, 2.0])
@pytest.mark.parametrize("name", RAN_HERE)
def test_what_was_seen_in_silence_is_not_learned_from_and_not_suggested(name: str, budget_s: float):
    """As of a log with views that brought nothing: ours does not suggest them either."""
    split = planted()
    loud = np.arange(split.train.user.size) % 3 > 0
    heard = replace(split, train=part(split.train, loud))
    check_lists(run(name, heard, budget_s=budget_s), split, 10)


@pytest.mark.parametrize("name", RAN_HERE)
def test_the_seed_decides_the_threads_do_not(name: str):
    one, same = (run(name, planted(), seed=3, budget_s=3.0, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.lists, same.lists)
    assert (one.params, one.trials) == (same.params, same.trials)


def test_what_else_runs_leaves_no_trace():
    names = frozenset({"popularity", "implicit_bm25"})
    both = list(baselines(planted(), budget_s=5.0, clock=seconds(), rng=np.random.default_rng(2), only=names, n=10))
    assert [one.name for one in both] == ["popularity", "implicit_bm25"]
    np.testing.assert_array_equal(both[1].lists, run("implicit_bm25", planted(), seed=2, budget_s=5.0).lists)


@pytest.mark.parametrize("name", RAN_HERE)
def test_without_a_budget_the_default_is_tried_alone(name: str):
    """The default is the first value of each line of the grid."""
    found = run(name, planted(), budget_s=0.0)
    assert found.trials == 1
    assert found.params == {key: values[0] for key, values in GRIDS[name].items()}


def test_a_budget_of_some_seconds_is_spent_on_each_method_and_a_small_grid_is_exhausted():
    clock = seconds()
    names = frozenset({"recent_popularity", "implicit_cosine", "popularity"})
    found = list(baselines(planted(), budget_s=10.0, clock=clock, rng=np.random.default_rng(1), only=names))
    assert [one.trials for one in found] == [len(GRIDS["popularity"]["weights"]), 10, 10]
    assert all(one.tune_s > 0.0 and one.fit_s > 0.0 and one.score_s > 0.0 for one in found)


def test_times_tell_that_the_recent_is_popular():
    """A half-life or window is chosen that beats popularity of all time; so does freshness beat plain likeness."""
    score = {name: graded(run(name, planted(), budget_s=60.0).lists, planted()) for name in RAN_HERE}
    assert score["recent_popularity"] > score["popularity"]
    assert score["cosine_freshness"] > score["implicit_cosine"]


def test_neighbours_are_read_off_as_implicit_itself_does():
    """The same scores place by place as from ``recommend``; where scores are equal the order may differ."""
    from implicit.nearest_neighbours import CosineRecommender

    split = planted(times=False)
    found = run("implicit_cosine", split, budget_s=0.0)
    model, asked = CosineRecommender(K=found.params["K"], num_threads=1), split.seen[split.judged]
    with pytest.warns(match="CSR"):
        model.fit(split.seen, show_progress=False)
    theirs, _ = model.recommend(split.judged, asked, N=10)
    score = (asked @ model.similarity).toarray()
    rows = np.arange(split.judged.size)[:, None]
    assert (theirs >= 0).all()
    np.testing.assert_allclose(score[rows, found.lists], score[rows, theirs], rtol=1e-5)


def small(pairs: list[tuple[int, int]], targets: list[tuple[int, int]], users: int, videos: int) -> Split:
    sides = [[np.array(side) for side in zip(*part, strict=True)] for part in (pairs, targets)]
    known, later = (Pairs(*side, users, videos) for side in sides)
    return split_of("small", [f"u{i}" for i in range(users)], [f"v{i}" for i in range(videos)], known, later)


@pytest.mark.parametrize("name", [name for name in RAN_HERE if not METHODS[name].needs_times])
def test_users_and_videos_without_a_pair_are_no_stumbling_block(name: str):
    """User 3 has watched nothing and gets the popular; nobody has watched video 4, which nobody gets."""
    split = small([(0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (2, 1), (2, 3)], [(0, 4), (3, 0), (3, 1)], 4, 5)
    found = run(name, split, n=5)
    assert found.lists[1].tolist() == [0, 1, 2, 3, -1]
    assert sorted(found.lists[0].tolist()) == [-1, -1, -1, 2, 3]


def test_with_nothing_to_hold_out_the_default_is_taken_untried():
    split = small([(0, 0), (1, 1), (2, 1)], [(0, 1)], 3, 3)
    found = run("implicit_cosine", split, n=2)
    assert (found.trials, found.params["K"]) == (0, GRIDS["implicit_cosine"]["K"][0])
    assert found.lists.tolist() == [[1, -1]]


def test_popularity_counts_pairs_equals_by_index():
    split = small([(0, 2), (1, 2), (1, 3), (2, 1), (3, 3)], [(0, 1)], 4, 4)
    assert run("popularity", split, n=3).lists.tolist() == [[3, 1, -1]]


def test_a_method_that_cannot_run_is_noted_and_refused_only_by_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "implicit", None)
    monkeypatch.setitem(sys.modules, "lenskit", None)
    notes: list[str] = []
    asked: dict[str, Any] = {"budget_s": 0.0, "clock": seconds(), "rng": np.random.default_rng(1)}
    found = list(baselines(planted(times=False), note=notes.append, **asked))
    assert [one.name for one in found] == ["popularity"]
    assert [note.split()[0] for note in notes] == [name for name in METHODS if name != "popularity"]
    with pytest.raises(UsageError, match=r"implicit_als needs implicit .* pip install 'contentgraph\[evaluate\]'"):
        baselines(planted(), only=frozenset({"implicit_als"}), **asked)
    with pytest.raises(
        UsageError, match=r"lenskit_itemknn needs lenskit .* pip install 'contentgraph\[evaluate,lenskit\]'"
    ):
        baselines(planted(), only=frozenset({"lenskit_itemknn"}), **asked)


def test_a_method_of_time_is_refused_by_name_without_times():
    with pytest.raises(UsageError, match="recent_popularity needs the times of the pairs"):
        run("recent_popularity", planted(times=False))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"n": 0}, "n=0"), ({"threads": 0}, "threads=0"), ({"budget_s": -1.0}, "budget_s=-1.0")],
    ids=["n", "threads", "budget"],
)
def test_lengths_threads_and_budgets_below_their_floor_are_refused(wrong: dict[str, Any], says: str):
    with pytest.raises(UsageError, match=says):
        run("popularity", planted(), **wrong)


def test_a_method_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UsageError, match=r"no baseline 'magic'; give some of popularity, recent_popularity"):
        run("magic", planted())


def test_each_method_has_a_grid():
    assert list(METHODS) == list(GRIDS)


def test_the_split_stays_as_it_is():
    split = planted()
    before = replace(split, seen=split.seen.copy(), targets=split.targets.copy())
    list(baselines(split, budget_s=0.0, clock=seconds(), rng=np.random.default_rng(1)))
    for name in ("seen", "targets"):
        assert isinstance(getattr(split, name), sparse.csr_matrix)
        assert (getattr(split, name) != getattr(before, name)).nnz == 0


def test_blas_of_several_threads_brings_no_warning_and_stays_as_it_was(monkeypatch: pytest.MonkeyPatch):
    """implicit warns of it once a process, when the first model is made."""
    monkeypatch.setattr("implicit.utils._checked_blas_config", False)
    with threadpoolctl.threadpool_limits(2, "blas"):
        run("implicit_als", planted(), budget_s=0.0)
        found = [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert set(found) == {2}


def test_lenskit_beats_chance_suggests_nothing_seen_and_is_decided_by_the_seed():
    pytest.importorskip("lenskit", reason="LensKit brings PyTorch: pip install 'contentgraph[evaluate,lenskit]'")
    one, same = (run("lenskit_itemknn", planted(), budget_s=3.0) for _ in range(2))
    check_lists(one, planted(), 10)
    assert graded(one.lists, planted()) > by_chance(planted())
    np.testing.assert_array_equal(one.lists, same.lists)
