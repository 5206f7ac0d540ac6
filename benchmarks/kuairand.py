"""Suggestions against recent popularity on the KuaiRand log, split by time: one JSON object on the last line.

    python benchmarks/kuairand.py [--log ../shared/data/kuairand/log.tsv] [--tune]

The first 80 % of the likes (by time) train, the rest are targets; what a user engaged in before is masked; every video
is ranked for every user with a target; Recall@20 and NDCG@20, means over users. "Served" is what a fresh installation
does: the viewer's 100 best seeds by points × recency, their SIMILAR edges, the candidate's lift, and the prior.

The log is a 15-core over the whole period, so videos with few training likes must have many later ones; the figures
over videos with 15 training likes or more ("settled") are free of that leak; "known" are those with one or more.
``--tune`` searches the parameters on the training part alone, its last fifth as validation.
"""

import argparse
import csv
import itertools
import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.cypher.installation import DEFAULT_SETTINGS
from contentgraph.graph.lift import LiftParams, lift, video_freshness
from contentgraph.graph.points import PointScale, pair_points
from contentgraph.graph.scores import sums, video_scores
from contentgraph.graph.similarity import Pairs, SimilarityParams, similar

TOP = 20
SEEDS = 100
SETTLED = 15
HOUR_MS = 3_600_000.0


@dataclass(frozen=True)
class Log:
    """Rows of the log as arrays, in order of time."""

    user: npt.NDArray[np.int64]
    video: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    """Epoch ms."""
    liked: npt.NDArray[np.bool_]
    points: npt.NDArray[np.float64]
    """Points of the row, default scale."""
    users: int
    videos: int
    bucket: npt.NDArray[np.int64]
    """Duration bucket of each video, as in the night: 0 unknown, then 7, 15, 30, 60, 180 s and beyond."""

    def part(self, kept: npt.NDArray[np.bool_]) -> "Log":
        """Some of the rows, the same indices."""
        return Log(
            self.user[kept],
            self.video[kept],
            self.at[kept],
            self.liked[kept],
            self.points[kept],
            self.users,
            self.videos,
            self.bucket,
        )


@dataclass(frozen=True)
class Served:
    """Parameters of what the night derives and the suggest statement adds up."""

    similarity: SimilarityParams
    lift: LiftParams
    taste_half_life_hours: float
    """A seed's points fade by half in this time."""
    popular: float
    """Weight of the prior beside the similar part, both with a maximum of 1."""
    hides: bool = False
    """Whether hated (hidden) videos are seeds and steps of paths as well."""
    k: int = 50


INSTALLED = Served(
    SimilarityParams(),
    LiftParams(),
    float(DEFAULT_SETTINGS["tasteHalfLifeHours"]),
    float(DEFAULT_SETTINGS["weightPopular"]) / float(DEFAULT_SETTINGS["weightSimilar"]),
)
"""What a fresh installation does."""
PATHS = replace(INSTALLED, lift=LiftParams(quality=0.0, floor=1.0), taste_half_life_hours=336.0, popular=0.0)
"""Path count alone."""
FRESH = replace(PATHS, lift=LiftParams(quality=0.0, floor=0.0, half_life_hours=12.0))
"""Path count × freshness."""
GRID: dict[str, tuple[float | None, ...]] = {
    "beta": (0.0, 0.3, 0.5, 0.7, 1.0),
    "gamma": (0.3, 0.5, 0.7, 1.0, 1.3),
    "delta": (0.0, 0.2, 0.5, 0.7, 0.9),
    "weight_exponent": (0.0, 0.25, 0.5),
    "taste_half_life_hours": (24.0, 72.0, 168.0, 336.0, 1000.0),
    "quality": (0.0, 0.25, 0.5, 1.0, 2.0),
    "floor": (0.0, 0.1, 0.3, 1.0),
    "half_life_hours": (6.0, 12.0, 24.0, 48.0),
    "popular": (0.0, 0.1, 0.3, 1.0),
}


def read(path: Path) -> Log:
    """The log, rows in order of time, then user, then video."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))

    def column(name: str) -> npt.NDArray[np.int64]:
        return np.array([int(row[name]) for row in rows], dtype=np.int64)

    watched, length, liked = column("play_time_ms"), column("duration_ms"), column("label") == 1
    ratio = np.where(length > 0, watched / np.maximum(length, 1), 0.0)
    points = pair_points(
        PointScale(),
        completed=ratio >= 0.9,
        rewatched=ratio >= 1.5,
        shared=column("is_forward") == 1,
        commented=column("is_comment") == 1,
        liked=liked,
    )
    users, user = np.unique(column("user_id"), return_inverse=True)
    videos, video = np.unique(column("video_id"), return_inverse=True)
    at = column("time_ms")
    longest = np.zeros(videos.size, dtype=np.int64)
    np.maximum.at(longest, video, length)
    bucket = np.where(longest <= 0, 0, 1 + np.searchsorted([7e3, 15e3, 30e3, 60e3, 180e3], longest, "right"))
    order = np.lexsort((video, user, at))
    return Log(user[order], video[order], at[order], liked[order], points[order], users.size, videos.size, bucket)


def split(log: Log, share: float = 0.8) -> tuple[Log, Log, int]:
    """Rows up to the time by which ``share`` of the likes had happened, the later ones, and that time."""
    likes = log.at[log.liked]
    now = int(likes[int(likes.size * share)])
    return log.part(log.at < now), log.part(log.at >= now), now


def pairs_of(log: Log, now: int) -> tuple[Pairs, npt.NDArray[np.bool_]]:
    """One entry a user and video: greatest points, latest time; and which of them were liked."""
    key, place = np.unique(log.user * log.videos + log.video, return_inverse=True)
    points, at, liked = np.zeros(key.size), np.zeros(key.size, dtype=np.int64), np.zeros(key.size, dtype=np.bool_)
    np.maximum.at(points, place, log.points)
    np.maximum.at(at, place, np.minimum(log.at, now))
    np.logical_or.at(liked, place, log.liked)
    return Pairs(key // log.videos, key % log.videos, log.users, log.videos, points, at), liked


def of_pairs(pairs: Pairs, kept: npt.NDArray[np.bool_]) -> Pairs:
    """Some of the pairs."""
    assert pairs.points is not None
    assert pairs.at is not None
    return Pairs(pairs.user[kept], pairs.video[kept], pairs.users, pairs.videos, pairs.points[kept], pairs.at[kept])


def recent(log: Log, now: int, hours: float) -> npt.NDArray[np.float64]:
    """Likes of each video in the last hours; all its likes decide between equals."""
    late = log.liked & (log.at >= now - hours * HOUR_MS)
    return sums(log.video[late], np.ones(int(late.sum())), log.videos) + 1e-6 * sums(log.video, log.liked, log.videos)


def seeds(pairs: Pairs, now: int, half_life_hours: float | None) -> "sparse.csr_matrix":
    """users × videos: share of each user's 100 best seeds, by points × 0.5^(age/half-life)."""
    assert pairs.points is not None
    assert pairs.at is not None
    taste = pairs.points.copy()
    if half_life_hours is not None:
        taste *= 0.5 ** ((now - pairs.at) / HOUR_MS / half_life_hours)
    order = np.lexsort((pairs.video, -taste, pairs.user))
    place = np.arange(order.size) - np.searchsorted(pairs.user[order], pairs.user[order])
    kept = order[(place < SEEDS) & (taste[order] > 0.0)]
    total = sums(pairs.user[kept], taste[kept], pairs.users)
    return sparse.csr_matrix(
        (taste[kept] / total[pairs.user[kept]], (pairs.user[kept], pairs.video[kept])),
        shape=(pairs.users, pairs.videos),
    )


def served(train: Log, now: int, formula: Served) -> npt.NDArray[np.float64]:
    """users × videos scores: lift · path over its greatest, plus the weight of the prior times the prior."""
    pairs, liked = pairs_of(train, now)
    assert pairs.points is not None
    assert pairs.at is not None
    kept = of_pairs(pairs, (pairs.points > 0.0) & (liked | formula.hides))
    graph = similar(kept, formula.similarity, formula.k, now=now).matrix(train.videos)
    path = np.asarray((seeds(kept, now, formula.taste_half_life_hours) @ graph).todense())
    unknown = np.full(train.videos, -1, dtype=np.int64)
    fresh = video_freshness(pairs.video, pairs.at, unknown, now=now, half_life_hours=formula.lift.half_life_hours)
    silent = np.zeros(pairs.user.size, dtype=np.int64)
    scores = video_scores(pairs.video, pairs.points, silent, videos=train.videos, cell=train.bucket)
    lifts = lift(scores.posterior_mean, scores.prior_mean, fresh, formula.lift)
    score = path * lifts
    score /= np.maximum(score.max(axis=1, keepdims=True), 1e-30)
    return score + formula.popular * lifts / lifts.max()


def judge(
    score: npt.NDArray[np.float64], train: Log, test: Log, allowed: npt.NDArray[np.bool_] | None = None
) -> tuple[float, float]:
    """Recall@20 and NDCG@20 over users with a new liked video in the test part; only ``allowed`` videos are ranked."""
    if score.ndim == 1:
        score = np.broadcast_to(score, (train.users, train.videos))
    score = score.copy()
    score[train.user, train.video] = -np.inf
    target = np.zeros(score.shape, dtype=np.bool_)
    target[test.user[test.liked], test.video[test.liked]] = True
    target[train.user, train.video] = False
    if allowed is not None:
        target &= allowed
        score[:, ~allowed] = -np.inf
    judged = np.flatnonzero(target.any(axis=1))
    best = np.argsort(-score[judged], axis=1, kind="stable")[:, :TOP]
    hit = np.take_along_axis(target[judged], best, axis=1)
    goals = target[judged].sum(axis=1)
    discount = 1.0 / np.log2(np.arange(TOP) + 2.0)
    ideal = np.cumsum(discount)[np.minimum(goals, TOP) - 1]
    return float((hit.sum(axis=1) / goals).mean()), float(((hit * discount).sum(axis=1) / ideal).mean())


def likes(train: Log) -> npt.NDArray[np.float64]:
    """Training likes of each video."""
    return sums(train.video, train.liked, train.videos)


def figures(score: npt.NDArray[np.float64], train: Log, test: Log) -> dict[str, list[float]]:
    """[Recall, NDCG] with every video ranked, with those that had a like before, and with those that had 15."""
    found = {
        "all": judge(score, train, test),
        "known": judge(score, train, test, likes(train) > 0),
        "settled": judge(score, train, test, likes(train) >= SETTLED),
    }
    return {name: [round(value, 4) for value in values] for name, values in found.items()}


def compare(train: Log, test: Log, now: int) -> dict[str, dict[str, list[float]]]:
    """Every method's figures."""
    methods = {
        "popularity": likes(train),
        "recent popularity 6 h": recent(train, now, 6.0),
        "path": served(train, now, PATHS),
        "path × freshness": served(train, now, FRESH),
        "served": served(train, now, INSTALLED),
    }
    return {name: figures(score, train, test) for name, score in methods.items()}


def tune(train: Log) -> tuple[Served, float]:
    """Best formula and its goal (NDCG over known plus over settled targets), one parameter after the other, twice."""
    early, late, now = split(train)

    def goal(formula: Served) -> float:
        found = figures(served(early, now, formula), early, late)
        return found["known"][1] + found["settled"][1]

    best, reached = INSTALLED, goal(INSTALLED)
    for _, (name, values) in itertools.product(range(2), GRID.items()):
        for value in values:
            tried = _with(best, name, value)
            got = goal(tried)
            if got > reached:
                best, reached = tried, got
        print(f"{name}: goal {reached:.4f}", file=sys.stderr)
    return best, reached


def _with(formula: Served, name: str, value: float | None) -> Served:
    """The formula with one parameter changed, wherever it is; a half-life is that of the lift."""
    changed: Any = {name: value}
    if name in LiftParams.__dataclass_fields__:
        return replace(formula, lift=replace(formula.lift, **changed))
    if name in SimilarityParams.__dataclass_fields__:
        return replace(formula, similarity=replace(formula.similarity, **changed))
    return replace(formula, **changed)


def main() -> None:
    """Print the table and, last, one JSON object."""
    parser = argparse.ArgumentParser(description="Suggestions against recent popularity on KuaiRand, split by time.")
    parser.add_argument("--log", type=Path, default=Path("../shared/data/kuairand/log.tsv"))
    parser.add_argument("--tune", action="store_true", help="also search the parameters on the training part")
    options = parser.parse_args()
    if not options.log.is_file():
        sys.exit(f"No log at {options.log}; give its place with --log.")
    began = time.perf_counter()
    train, test, now = split(read(options.log))
    found = compare(train, test, now)
    result: dict[str, object] = {"benchmark": "kuairand", "top": TOP, "recall_ndcg": found}
    if options.tune:
        best, reached = tune(train)
        result["tuned"] = {"parameters": asdict(best), "validation_goal": round(reached, 4)}
        result["tuned_recall_ndcg"] = figures(served(train, now, best), train, test)
    baseline, ours = found["recent popularity 6 h"], found["served"]
    ahead = {name: round(ours[name][1] / baseline[name][1], 2) for name in baseline}
    result["ahead"] = ahead
    result["seconds"] = round(time.perf_counter() - began, 1)
    for name, row in found.items():
        print(f"{name:24}", "   ".join(f"{kind} {recall:.4f} {ndcg:.4f}" for kind, (recall, ndcg) in row.items()))
    print(json.dumps(result, ensure_ascii=False))
    if min(ahead["all"], ahead["known"]) <= 1.0:
        sys.exit("Suggestions fell behind recent popularity.")


if __name__ == "__main__":
    main()
