"""``contentgraph evaluate``: what is served, judged on held-out data beside popularity, implicit and LensKit, tuned
alike.

Tuning sees the training part only. The lists are judged once, at the end; nothing here reads a generator's truth file.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from contentgraph.errors import UsageError
from contentgraph.graph.content import content
from contentgraph.graph.interactions import Interactions, plain
from contentgraph.graph.metrics import Judged, coverage, judge, paired_interval
from contentgraph.graph.model import ModelParams, learn
from contentgraph.graph.snapshot.kernel import STEPS, WALKED
from contentgraph.graph.tuning import Tuned, tune
from contentgraph.loaders.baselines import METHODS, baselines
from contentgraph.loaders.cores import cores
from contentgraph.loaders.derive import NightParams
from contentgraph.loaders.frugal import peak_gib
from contentgraph.loaders.leftovers import draft
from contentgraph.loaders.offline import read_log
from contentgraph.loaders.snapshot import beside
from contentgraph.loaders.split import Split, read_lightgcn, read_pairs
from contentgraph.loaders.tuning import read_params

Lists = npt.NDArray[np.int32]
FORMATS = ("native", "kuairand", "lightgcn", "pairs")
TOP = 20
OURS, FEED, WHOLE = "contentgraph", "contentgraph_feed", "contentgraph_whole"
HISTORY = (1, 3, 10, 30, 100)
"""Lower bounds of the buckets of users, by pairs in the training part; below the first none."""
DEGREE = (0, 1, 5, 20, 100)
"""Lower bounds of the buckets of target videos, by viewers in the training part."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method's answer."""

    name: str
    lists: Lists
    """[judged × top] indices of videos."""
    tune_s: float
    fit_s: float
    score_s: float
    peak_gib: float
    """Peak memory of this process when the method was done; ours runs first."""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every method's lists over one split."""

    split: Split
    methods: tuple[Method, ...]
    tuned: Tuned


def read_split(
    path: Path, format: str | None, *, clock_ms: int, features: Sequence[Path] = ()
) -> tuple[Split, Interactions]:
    """The split at ``path`` and what may be learned from; ``format``: one of `FORMATS`, None: of a log, found out.

    Raises:
        UsageError: an unknown format, files that are missing or not of it, features for a log.
    """
    if format not in (None, *FORMATS):
        raise UsageError(f"--format is {format!r}; give one of {', '.join(FORMATS)}")
    if format in (None, "native", "kuairand"):
        if features:
            raise UsageError("--features goes with lightgcn and pairs, whose numeric ids say which row is whose")
        found = read_log([path], clock=clock_ms, format=format)
        return found.split, found.known
    split = (read_lightgcn if format == "lightgcn" else read_pairs)(path, features)
    return split, plain(split.train)


def evaluate(
    split: Split,
    known: Interactions,
    *,
    neighbours: int,
    budget_s: float,
    clock: Callable[[], float],
    seed: int,
    threads: int | None = None,
    pinned: ModelParams | None = None,
    only: frozenset[str] | None = None,
    top: int = TOP,
    note: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Tune (unless ``pinned``), fit and ask ours, then each baseline with the same budget of seconds.

    ``only``: the baselines wanted; all that can run here by default. ``top``: length of the lists. ``threads``: by
    default one a core.

    Raises:
        UsageError: no such baseline, or one asked for by name that cannot run here.
    """
    threads = cores() if threads is None else threads
    # One BLAS thread: with another process on a core, OpenBLAS's threads wait for each other (docs/decisions/0008).
    with threadpool_limits(1, user_api="blas"):
        # Others learn from what ours learns from: not from what was hidden, nor from silence.
        others = baselines(
            replace(split, train=known.leading), n=top, budget_s=budget_s, clock=clock,
            rng=np.random.default_rng(seed), threads=threads, only=only, note=note,
        )  # fmt: skip
        tuned, methods = _ours(split, known, neighbours, budget_s, clock, seed, threads, pinned, top, note)
        told: list[Method] = list(methods)
        for found in others:
            note(f"{found.name}: {found.trials} settings tried in {found.tune_s:.1f} s")
            told.append(
                Method(found.name, found.lists, found.tune_s, found.fit_s, found.score_s, peak_gib(), found.params)
            )
    return Evaluation(split, tuple(told), tuned)


def _ours(
    split: Split,
    known: Interactions,
    neighbours: int,
    budget_s: float,
    clock: Callable[[], float],
    seed: int,
    threads: int,
    pinned: ModelParams | None,
    top: int,
    note: Callable[[str], None],
) -> tuple[Tuned, Iterator[Method] | tuple[Method, ...]]:
    began = clock()
    known_of = content(split.features, neighbours) if split.features else None
    if pinned is None:
        tuned = tune(
            known, ModelParams(), np.random.default_rng(seed), budget_s=budget_s, clock=clock, content=known_of
        )
        note(f"{OURS}: {len(tuned.trials)} settings tried in {clock() - began:.1f} s")
    else:
        tuned = Tuned(pinned, float("nan"), 0, (), complete=True)
    tune_s, began = clock() - began, clock()
    model = learn(known, tuned.params, now=split.now, shown=split.shown, content=known_of)
    edges = model.edges(neighbours, threads=threads)
    fit_s, began = clock() - began, clock()
    served = model.served(split.judged, edges, top, threads=threads)
    score_s, peak, began = clock() - began, peak_gib(), clock()
    # What the statement of a feed asks where a night has the default K: fewer edges, from fewer of her videos.
    stored = edges.first(NightParams().k)
    feed = model.served(split.judged, stored, top, seeds=WALKED, steps=STEPS, threads=threads)
    feed_s, began = clock() - began, clock()
    whole = model.whole(split.judged, top, threads=threads)
    params = asdict(tuned.params)
    return tuned, (
        Method(OURS, served.video, tune_s, fit_s, score_s, peak, params),
        Method(FEED, feed.video, tune_s, fit_s, feed_s, peak, params),
        Method(WHOLE, whole.video, tune_s, fit_s, clock() - began, peak_gib(), params),
    )


def report(found: Evaluation) -> dict[str, object]:
    """Every figure of the first 20 of each list, ready for JSON."""
    split = found.split
    methods = [replace(method, lists=method.lists[:, :TOP]) for method in found.methods]
    judged = {method.name: judge(method.lists, split.targets) for method in methods}
    viewers = np.bincount(split.train.video, minlength=len(split.video_ids))
    lengths = np.bincount(split.train.user, minlength=len(split.user_ids))[split.judged]
    return {
        "dataset": split.name,
        "users": len(split.user_ids),
        "videos": len(split.video_ids),
        "judged": int(split.judged.size),
        "targets": int(split.targets.nnz),
        "served": OURS,
        "methods": {method.name: _figures(method, judged, split, lengths, viewers) for method in methods},
        "tuning": {
            "goal": _number(found.tuned.goal),
            "users": found.tuned.users,
            "complete": found.tuned.complete,
            "trials": [asdict(trial) for trial in found.tuned.trials],
        },
    }


def _figures(
    method: Method,
    judged: Mapping[str, Judged],
    split: Split,
    lengths: npt.NDArray[np.integer],
    viewers: npt.NDArray[np.integer],
) -> dict[str, object]:
    mine, ours = judged[method.name], judged[OURS]
    row: dict[str, object] = {
        f"recall@{TOP}": round(float(mine.recall.mean()), 5),
        f"ndcg@{TOP}": round(float(mine.ndcg.mean()), 5),
        f"graded_ndcg@{TOP}": round(float(mine.graded_ndcg.mean()), 5),
        f"coverage@{TOP}": round(coverage(method.lists, len(split.video_ids)), 5),
        "tune_s": round(method.tune_s, 2),
        "fit_s": round(method.fit_s, 2),
        "score_s": round(method.score_s, 3),
        "peak_gib": method.peak_gib,
        "params": dict(method.params),
        "by_history": _by_history(mine, lengths),
        "by_viewers": _by_viewers(method.lists, split, viewers),
    }
    if method.name != OURS:
        row["contentgraph_over_it"] = {
            name: [_number(value) for value in paired_interval(getattr(ours, name), getattr(mine, name))]
            for name in ("recall", "ndcg")
        }
    return row


def _by_history(mine: Judged, lengths: npt.NDArray[np.integer]) -> dict[str, object]:
    bucket = np.searchsorted(HISTORY, lengths, side="right")
    told: dict[str, object] = {}
    for place in np.unique(bucket).tolist():
        inside = bucket == place
        told[_name((0, *HISTORY), place)] = {
            "users": int(inside.sum()),
            f"recall@{TOP}": round(float(mine.recall[inside].mean()), 5),
            f"ndcg@{TOP}": round(float(mine.ndcg[inside].mean()), 5),
        }
    return told


def _by_viewers(lists: Lists, split: Split, viewers: npt.NDArray[np.integer]) -> dict[str, object]:
    """Every video is ranked; of the targets only those with so many viewers in the training part count."""
    bucket = np.searchsorted(DEGREE, viewers[split.targets.indices], side="right") - 1
    told: dict[str, object] = {}
    for place in np.unique(bucket).tolist():
        some = split.targets.copy()
        some.data = np.where(bucket == place, some.data, 0.0)
        some.eliminate_zeros()
        rows = np.flatnonzero(np.diff(some.indptr))
        found = judge(lists[rows], some[rows])
        told[_name(DEGREE, place)] = {
            "users": int(rows.size),
            f"recall@{TOP}": round(float(found.recall.mean()), 5),
            f"ndcg@{TOP}": round(float(found.ndcg.mean()), 5),
        }
    return told


def _name(bounds: Sequence[int], place: int) -> str:
    low = bounds[place]
    if place + 1 == len(bounds):
        return f"{low}+"
    return str(low) if bounds[place + 1] == low + 1 else f"{low}-{bounds[place + 1] - 1}"


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)


def ensure_writable(path: Path) -> None:
    """Said before hours of tuning, not after them; what is there stays as it is.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        if path.exists():
            path.open("a").close()
        if _replaced(path):
            with draft(path):
                pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); name another --lists file") from None


def _replaced(path: Path) -> bool:
    """Whether it is put in place as a whole; into a pipe or a terminal it is written as it comes."""
    return path.is_file() or not path.exists()


def write_lists(found: Evaluation, path: Path) -> int:
    """``user<TAB>rank<TAB>video`` of what is served, rank from 1; rows written. A file that is there is replaced.

    Raises:
        UsageError: the file cannot be written.
    """
    split, rows = found.split, 0
    with beside(path) if _replaced(path) else nullcontext(path) as place, place.open("w", encoding="utf-8") as file:
        for user, videos in zip(split.judged.tolist(), found.methods[0].lists[:, :TOP].tolist(), strict=True):
            for rank, video in enumerate((video for video in videos if video >= 0), start=1):
                file.write(f"{split.user_ids[user]}\t{rank}\t{split.video_ids[video]}\n")
                rows += 1
    return rows


def seconds() -> float:
    """A clock that never goes backwards, seconds."""
    return time.perf_counter()


__all__ = [
    "METHODS",
    "Evaluation",
    "ensure_writable",
    "evaluate",
    "read_params",
    "read_split",
    "report",
    "seconds",
    "write_lists",
]
