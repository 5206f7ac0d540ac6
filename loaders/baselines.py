"""What others would suggest from the same split, tuned with the same budget: popularity, implicit, LensKit.

Every method is tuned alike. A hold-out of what may be learned from (`contentgraph.graph.holdout.hold_out`, the same
for all methods) is foretold with the method's default settings first, then with settings of its `GRIDS` in random
order until ``budget_s`` seconds *of each method* are used up or the grid is. The settings with the best mean graded
NDCG@20 are fitted again on all of ``split.train``; equals go to the setting tried first.

Nobody is suggested what is in ``split.seen``, whether it is learned from or not. A list that a method ends early,
because its user or her videos have too few pairs, goes on with the videos most users have, as ours goes on with its
prior.

``weights`` in a grid, where pairs have points: "binary" counts each pair once; "liked" each pair with points once;
"points" each pair by its points over their mean. Lists of item neighbours are read off with our own retrieval, as
implicit's ``recommend`` gives seen videos back with score 0 where it runs out of others.

References: implicit, https://github.com/benfred/implicit; LensKit, Ekstrand, CIKM 2020, doi:10.1145/3340531.3412778.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.holdout import hold_out
from contentgraph.graph.interactions import part
from contentgraph.graph.lift import video_freshness
from contentgraph.graph.metrics import judge
from contentgraph.graph.retrieval import Retriever
from contentgraph.graph.scores import sums
from contentgraph.graph.similarity import Pairs
from contentgraph.loaders.split import Split, seen_of

Lists = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Params = Mapping[str, Any]
Note = Callable[[str], None]

GOAL_AT = 20
"""Lists are this long while a method is tuned."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one method suggests."""

    name: str
    """One of `METHODS`."""
    lists: Lists
    """[len(judged) × n] indices of videos, best first, none of them seen; -1 where no video is left."""
    tune_s: float
    """Seconds in which its settings were chosen."""
    fit_s: float
    """Seconds to learn from all of ``train`` with the chosen settings."""
    score_s: float
    """Seconds to write the lists."""
    params: dict[str, Any]
    """The chosen settings."""
    trials: int
    """How many settings were tried, the default among them; 0 where nothing could be held out."""


class _Data(NamedTuple):
    """What is learned from, and who is asked about."""

    train: Pairs
    judged: npt.NDArray[np.int64]
    seen: "sparse.csr_matrix"
    now: int

    def weighted(self, weights: str) -> "sparse.csr_matrix":
        """[users × videos] float32, entries above 0; see ``weights`` in the module's docstring."""
        if weights == "binary" or self.train.points is None:
            return seen_of(self.train, self.seen.shape)
        points = np.asarray(self.train.points, dtype=np.float64)
        kept = points > 0.0
        value = points[kept] / points[kept].mean() if weights == "points" and kept.any() else np.ones(kept.sum())
        place = (self.train.user[kept], self.train.video[kept])
        matrix = sparse.csr_matrix((value.astype(np.float32), place), shape=self.seen.shape)
        matrix.sort_indices()
        return matrix


Suggest = Callable[[int], Lists]
Fit = Callable[[_Data, Params, int, int], Suggest]
"""Data, settings, seed, threads → what writes lists of at most n."""


class _Method(NamedTuple):
    fit: Fit
    package: str | None = None
    needs_times: bool = False


class _Diverged(Exception):
    """These settings lead to no finite model."""


def baselines(
    split: Split,
    *,
    n: int = 20,
    budget_s: float,
    clock: Callable[[], float],
    rng: np.random.Generator,
    threads: int = 1,
    only: frozenset[str] | None = None,
    note: Note = lambda _: None,
) -> Iterator[Baseline]:
    """Tune, fit and ask each method in the order of `METHODS`; the answers come one by one.

    The same rng state gives the same lists whatever ``only`` and ``threads`` are, as long as the same settings are
    reached within the budget.

    Parameters:
        n: length of a list. threads: of implicit's and our own loops; BPR has one always, as its threads race, and
            LensKit sets its own (LK_NUM_THREADS).
        budget_s: seconds of tuning for each method; 0 tries the default alone. A trial once begun is finished.
        clock: seconds that never go backwards.
        only: the methods wanted; without it all that can run here.
        note: told why a method is left out.

    Raises:
        UsageError: n, threads or budget_s out of range, no such method, or one asked for by name that cannot run here.
    """
    if n < 1 or threads < 1 or not budget_s >= 0.0:
        got = f"n={n!r}, threads={threads!r}, budget_s={budget_s!r}"
        raise UsageError(f"baselines() got {got}; give 1 or more of the first two and 0 or more seconds.")
    unknown = sorted((only or frozenset()) - METHODS.keys())
    if unknown:
        raise UsageError(f"There is no baseline {unknown[0]!r}; give some of {', '.join(METHODS)}.")
    usable = []
    for name in METHODS:
        if only is not None and name not in only:
            continue
        reason = _why_not(name, split)
        if reason is None:
            usable.append(name)
        elif only is not None:
            raise UsageError(reason)
        else:
            note(reason)
    seeds = dict(zip(("", *METHODS), rng.integers(2**31, size=len(METHODS) + 1).tolist(), strict=True))
    return _run(split, usable, n, budget_s, clock, seeds, threads, note)


def _why_not(name: str, split: Split) -> str | None:
    method = METHODS[name]
    if method.needs_times and split.train.at is None:
        return f"{name} needs the times of the pairs and {split.name} has none; leave it out."
    if method.package is not None:
        try:
            import_module(method.package)
        except ImportError as error:
            extra = "evaluate" if method.package == "implicit" else "evaluate,lenskit"
            return f"{name} needs {method.package} ({error}); pip install 'contentgraph[{extra}]'."
    return None


def _run(
    split: Split,
    usable: list[str],
    n: int,
    budget_s: float,
    clock: Callable[[], float],
    seeds: dict[str, int],
    threads: int,
    note: Note,
) -> Iterator[Baseline]:
    held = hold_out(split.train, np.random.default_rng(seeds[""]))
    silent = split.seen > seen_of(split.train, split.seen.shape)
    trial = _data(part(split.train, held.train), held.users, silent, held.now)
    whole = _data(split.train, split.judged, silent, split.now)
    for name in usable:
        fit, seed = METHODS[name].fit, seeds[name]
        best, score, trials = None, -np.inf, 0
        began = clock()
        for params in _settings(name, split.train, np.random.default_rng(seed)):
            if not (held.users.size and trial.train.user.size):
                best = params
                break
            if trials and clock() - began >= budget_s:
                break
            trials += 1
            try:
                lists = _filled(fit(trial, params, seed, threads)(GOAL_AT), trial)
            except _Diverged:
                continue
            reached = float(judge(lists, held.targets).graded_ndcg.mean())
            if reached > score:
                best, score = params, reached
        tuned = clock()
        if best is None:
            note(f"{name} found no finite model in {trials} trials; give a greater budget.")
            continue
        try:
            suggest = fit(whole, best, seed, threads)
        except _Diverged:
            note(f"{name} found no finite model with {best}; give a greater budget or another seed.")
            continue
        fitted = clock()
        lists = _filled(suggest(n), whole)
        yield Baseline(name, lists, tuned - began, fitted - tuned, clock() - fitted, dict(best), trials)


def _settings(name: str, train: Pairs, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The default, which is the first value of each line of the grid, then the other settings in random order."""
    grid = dict(GRIDS[name])
    if train.points is None:
        grid["weights"] = grid["weights"][:1]
    settings = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    yield settings[0]
    for place in rng.permutation(len(settings) - 1):
        yield settings[1 + int(place)]


def _data(train: Pairs, judged: npt.NDArray[np.int64], silent: "sparse.csr_matrix", now: int | None) -> _Data:
    """``silent``: what was seen and is not learned from; nobody is suggested that either."""
    latest = 0 if train.at is None or not train.at.size else int(train.at.max())
    seen = sparse.csr_matrix(seen_of(train, silent.shape) + silent, dtype=np.float32)
    seen.sort_indices()
    return _Data(train, judged, seen, latest if now is None else now)


def _filled(lists: Lists, data: _Data) -> Lists:
    """Go on where a list ends early with the videos most users have."""
    return _continued(lists, _counts(data.weighted("binary")), data)


def _counts(matrix: "sparse.csr_matrix") -> Floats:
    """Sum of each column."""
    return sums(matrix.indices, matrix.data, matrix.shape[1])


def _continued(lists: Lists, score: Floats, data: _Data) -> Lists:
    """Fill the ends of lists with unseen videos of a score above 0, best first, equals by index."""
    order = np.lexsort((np.arange(score.size), -score))[: int(np.count_nonzero(score > 0.0))].astype(np.int32)
    filled, width = lists.copy(), lists.shape[1]
    mark = np.full(score.size, -1, dtype=np.int64)
    for row in np.flatnonzero(lists[:, -1] < 0).tolist():
        user = int(data.judged[row])
        seen = data.seen.indices[data.seen.indptr[user] : data.seen.indptr[user + 1]]
        own = lists[row][lists[row] >= 0]
        mark[seen] = row
        mark[own] = row
        further = order[: width + seen.size]
        further = further[mark[further] != row][: width - own.size]
        filled[row] = -1
        filled[row, : own.size] = own
        filled[row, own.size : own.size + further.size] = further
    return filled


def _by_score(score: Floats, data: _Data) -> Suggest:
    return lambda n: _continued(np.full((data.judged.size, n), -1, dtype=np.int32), score, data)


def _popularity(data: _Data, params: Params, _seed: int, _threads: int) -> Suggest:
    """The sum of weights of a video's pairs."""
    return _by_score(_counts(data.weighted(params["weights"])), data)


def _recent_popularity(data: _Data, params: Params, _seed: int, _threads: int) -> Suggest:
    """The same where a pair fades by half in ``hours``, or counts within the last ``hours`` alone."""
    at, points = np.asarray(data.train.at, dtype=np.int64), data.train.points
    age_hours = np.maximum(data.now - at, 0) / HOUR_MS
    weight = 0.5 ** (age_hours / params["hours"]) if params["fade"] == "half-life" else age_hours <= params["hours"]
    if params["weights"] != "binary" and points is not None:
        weight = weight * (points if params["weights"] == "points" else points > 0.0)
    return _by_score(sums(data.train.video, np.asarray(weight, dtype=np.float64), data.train.videos), data)


def _implicit_cosine(data: _Data, params: Params, _seed: int, threads: int) -> Suggest:
    nearest = import_module("implicit.nearest_neighbours")
    return _by_neighbours(nearest.CosineRecommender(K=params["K"], num_threads=threads), data, params, threads)


def _implicit_bm25(data: _Data, params: Params, _seed: int, threads: int) -> Suggest:
    nearest = import_module("implicit.nearest_neighbours")
    model = nearest.BM25Recommender(K=params["K"], K1=params["K1"], B=params["B"], num_threads=threads)
    return _by_neighbours(model, data, params, threads)


def _cosine_freshness(data: _Data, params: Params, _seed: int, threads: int) -> Suggest:
    """Cosine scores × how much of a video's engagement is left after decay."""
    nearest = import_module("implicit.nearest_neighbours")
    video, at = np.asarray(data.train.video), np.asarray(data.train.at, dtype=np.int64)
    unknown = np.full(data.train.videos, -1, dtype=np.int64)
    fresh = video_freshness(video, at, unknown, now=data.now, half_life_hours=params["half_life_hours"])
    model = nearest.CosineRecommender(K=params["K"], num_threads=threads)
    return _by_neighbours(model, data, params, threads, fresh)


def _by_neighbours(model: Any, data: _Data, params: Params, threads: int, lift: Floats | None = None) -> Suggest:
    """Fit one of implicit's neighbour models; a score is the sum of weight × similarity over a user's videos."""
    matrix = data.weighted(params["weights"])
    with _quiet():
        model.fit(matrix, show_progress=False)
    retriever = Retriever(sparse.csr_matrix(model.similarity), lift)

    def suggest(n: int) -> Lists:
        found = retriever.top_n(matrix[data.judged], n, seen=data.seen[data.judged], threads=threads)
        return found.video

    return suggest


def _implicit_als(data: _Data, params: Params, seed: int, threads: int) -> Suggest:
    als = import_module("implicit.cpu.als")
    chosen = {name: params[name] for name in ("factors", "regularization", "alpha", "iterations")}
    model = partial(als.AlternatingLeastSquares, **chosen, num_threads=threads, random_state=seed)
    return _by_factors(model, data, params["weights"])


def _implicit_bpr(data: _Data, params: Params, seed: int, _threads: int) -> Suggest:
    bpr = import_module("implicit.cpu.bpr")
    chosen = {name: params[name] for name in ("factors", "learning_rate", "regularization", "iterations")}
    model = partial(bpr.BayesianPersonalizedRanking, **chosen, num_threads=1, random_state=seed)
    return _by_factors(model, data, params["weights"])


def _by_factors(make: Callable[[], Any], data: _Data, weights: str) -> Suggest:
    """Fit one of implicit's factor models. Users and videos without a pair have no factors of their own."""
    failed = import_module("implicit.recommender_base").ModelFitError
    matrix = data.weighted(weights)
    with _quiet():
        model = make()
        try:
            model.fit(matrix, show_progress=False)
        except failed as error:
            raise _Diverged(str(error)) from None
    unknown = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) == 0)
    alone = np.diff(matrix.indptr)[data.judged] == 0

    def suggest(n: int) -> Lists:
        lists = np.full((data.judged.size, n), -1, dtype=np.int32)
        width = min(n, matrix.shape[1])
        with _quiet():
            video, score = model.recommend(
                data.judged, data.seen[data.judged], N=width, filter_already_liked_items=True, filter_items=unknown
            )
        # What is filtered comes back with the lowest float where nothing else is left.
        lists[:, :width] = np.where(score > np.finfo(np.float32).min, video, -1)
        lists[alone] = -1
        return lists

    return suggest


def _lenskit_itemknn(data: _Data, params: Params, _seed: int, _threads: int) -> Suggest:
    """LensKit's item neighbours with implicit feedback: the sum of a video's best similarities to the user's videos."""
    kit, frames, knn = import_module("lenskit.data"), import_module("pandas"), import_module("lenskit.knn")
    matrix = data.weighted(params["weights"]).tocoo()
    told = kit.from_interactions_df(frames.DataFrame({"user_id": matrix.row, "item_id": matrix.col}))
    chosen = {name: params[name] for name in ("max_nbrs", "min_nbrs", "save_nbrs")}
    scorer = knn.ItemKNNScorer(feedback="implicit", **chosen)
    scorer.train(told)
    rows, every = matrix.tocsr(), np.unique(matrix.col)
    items = kit.ItemList(item_ids=every)

    def suggest(n: int) -> Lists:
        lists = np.full((data.judged.size, n), -1, dtype=np.int32)
        for row, user in enumerate(data.judged.tolist()):
            own = rows.indices[rows.indptr[user] : rows.indptr[user + 1]]
            if not own.size:
                continue
            query = kit.RecQuery(user_id=user, history_items=kit.ItemList(item_ids=own))
            score = np.full(rows.shape[1], -np.inf)
            score[every] = np.nan_to_num(scorer(query, items).scores(), nan=-np.inf)
            score[data.seen.indices[data.seen.indptr[user] : data.seen.indptr[user + 1]]] = -np.inf
            best = np.lexsort((np.arange(score.size), -score))[:n]
            best = best[score[best] > 0.0]
            lists[row, : best.size] = best
        return lists

    return suggest


@contextmanager
def _quiet() -> Iterator[None]:
    """One BLAS thread, as implicit advises, and none of its hints about matrix formats, which it chooses itself."""
    hint = import_module("implicit.utils").ParameterWarning
    with import_module("threadpoolctl").threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", hint)
        yield


HOURS = (24, 1, 2, 3, 6, 12, 48, 96, 168)
WEIGHTS = ("binary", "liked", "points")
NEIGHBOURS = (50, 10, 20, 100, 200, 500)

METHODS: dict[str, _Method] = {
    "popularity": _Method(_popularity),
    "recent_popularity": _Method(_recent_popularity, needs_times=True),
    "implicit_cosine": _Method(_implicit_cosine, "implicit"),
    "implicit_bm25": _Method(_implicit_bm25, "implicit"),
    "implicit_als": _Method(_implicit_als, "implicit"),
    "implicit_bpr": _Method(_implicit_bpr, "implicit"),
    "lenskit_itemknn": _Method(_lenskit_itemknn, "lenskit"),
    "cosine_freshness": _Method(_cosine_freshness, "implicit", needs_times=True),
}
"""The methods, in the order in which they run."""

GRIDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "popularity": {"weights": WEIGHTS},
    "recent_popularity": {"fade": ("half-life", "window"), "hours": HOURS, "weights": WEIGHTS},
    "implicit_cosine": {"K": NEIGHBOURS, "weights": WEIGHTS},
    "implicit_bm25": {
        "K": NEIGHBOURS,
        "K1": (1.2, 0.1, 0.5, 5.0, 20.0, 100.0),
        "B": (0.75, 0.0, 0.25, 0.5, 1.0),
        "weights": WEIGHTS,
    },
    "implicit_als": {
        "factors": (64, 32, 128, 256),
        "regularization": (0.01, 0.1, 1.0, 10.0, 50.0),
        "alpha": (1.0, 5.0, 20.0, 80.0),
        "iterations": (15, 30),
        "weights": WEIGHTS,
    },
    "implicit_bpr": {
        "factors": (64, 32, 128),
        "learning_rate": (0.05, 0.01, 0.1),
        "regularization": (0.01, 0.001, 0.1),
        "iterations": (100, 50, 200),
        "weights": WEIGHTS[:2],
    },
    "lenskit_itemknn": {
        "max_nbrs": (20, 5, 10, 50, 100),
        "min_nbrs": (1, 2),
        "save_nbrs": (None, 50, 100, 200, 500),
        "weights": WEIGHTS[:2],
    },
    "cosine_freshness": {"K": NEIGHBOURS, "half_life_hours": HOURS, "weights": WEIGHTS},
}
"""Values of each setting; the first ones are the default. ``weights`` has one value where pairs have no points."""
