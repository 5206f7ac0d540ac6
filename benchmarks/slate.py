"""What variety costs and brings: a sweep of the slate's ``topic`` and of its decays, on hidden truth and on a real log.

    python -m benchmarks.slate [--kuairand ../shared/data/kuairand/log.tsv] [--seeds 1 2] [--people 1000]

Candidates are the 100 best of what is served over arrays (graph/model.py, stored edges, K = 50), as the client's pool
is; `compose` makes the slate of 20. For each setting: expected points of a view by the hidden truth, as a share of the
slate without any variety (generated), or Recall@20 and NDCG@20 of what came later (KuaiRand, last fifth of time).
``of_oracle``: the same of a slate out of the random-exposure judge's 100 uniformly drawn videos (benchmarks/judge.py),
by what is served with every path counted, as a share of the oracle's best 20 of them. Beside them catalogue coverage
(videos shown to anybody / videos), the Gini coefficient of slots over creators that have any (generated), and
intra-list diversity, the mean of 1 - ⟨x, x'⟩ over two videos of a slate by their places among tastes. Last, how far ten
events on a new topic move the next feed (`adapting`).
``decay`` 1: creators, hashtags … as in the defaults; 0: none of them counts. The last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.judge import SETTINGS, Question, ask, fold, gini, known_of, reached, served
from benchmarks.machine import machine
from contentgraph.graph.interactions import seen_by
from contentgraph.graph.metrics import judge
from contentgraph.graph.model import Model, ModelParams, learn
from contentgraph.graph.platform.generating import Platform, PlatformConfig, generate
from contentgraph.graph.ranking import Candidate, Decay, SlateSettings, compose
from contentgraph.graph.similarity import Pairs
from contentgraph.loaders.evaluate import read_split

POOL, TOP, K = 100, 20, 50
SWEEP = [(0.0, 0), (0.0, 1), (0.1, 1), (0.2, 1), (0.3, 1), (0.5, 1), (0.8, 1), (1.0, 1)]
"""Topic, and whether the decays of creators, hashtags, sounds and challenges count."""
NONE = Decay(1.0, 1.0)
Describe = Callable[[int], dict[str, Any]]


def settings(topic: float, decay: int) -> SlateSettings:
    """The slate's settings at a point of the sweep."""
    if decay:
        return SlateSettings(topic=topic)
    return SlateSettings(creator=NONE, sound=NONE, hashtag=NONE, challenge=NONE, topic=topic, per_creator=POOL)


def slates(
    model: Model, pool: np.ndarray, scores: np.ndarray, describe: Describe
) -> dict[tuple[float, int], np.ndarray]:
    """[users × 20] slates at each point of the sweep, -1 where there is no further video.

    ``pool``: [users × candidates] videos, -1 for none; ``scores``: what is said of each.
    """
    place = model.value.place
    known: dict[int, tuple[Any, ...]] = {}
    found = {point: np.full((len(pool), TOP), -1, dtype=np.int32) for point in SWEEP}
    for row in range(len(pool)):
        candidates = []
        for video, score in zip(pool[row].tolist(), scores[row].tolist(), strict=True):
            if video < 0:
                break
            if video not in known:
                known[video] = (tuple(place[video].tolist()) if place[video].any() else (), describe(video))
            where, told = known[video]
            candidates.append(Candidate(f"{video:09d}", score, {"similar": score}, place=where, **told))
        for point in SWEEP:
            chosen = compose(candidates, TOP, settings=settings(*point), rng=np.random.default_rng(0))
            found[point][row, : len(chosen)] = [int(slot.video_id) for slot in chosen]
    return found


def of_best(model: Model, users: np.ndarray, describe: Describe) -> dict[tuple[float, int], np.ndarray]:
    """The slates of the 100 best of what is served."""
    best = model.served(users, model.edges(K), POOL, threads=1)
    return slates(model, best.video, best.score, describe)


def of_oracle(
    platform: Platform, model: Model, question: Question, describe: Describe
) -> dict[tuple[float, int], float]:
    """At each point of the sweep, expected points of slates out of 100 videos drawn at random, by the oracle's."""
    best = float(reached(question, question.truth).mean())
    found = slates(model, question.video, served(model, question), describe)
    return {
        point: round(float(platform.truth.expected_points(question.user[:, None], lists).mean()) / best, 4)
        for point, lists in found.items()
    }


def within(lists: np.ndarray, place: np.ndarray) -> float:
    """Intra-list diversity: mean of 1 - cosine over two videos of a slate."""
    x = place[np.maximum(lists, 0)] * (lists >= 0)[:, :, None]
    size = (lists >= 0).sum(axis=1).astype(np.float64)
    total = (x.sum(axis=1) ** 2).sum(axis=1) - (x**2).sum(axis=(1, 2))
    pairs = np.maximum(size * (size - 1.0), 1.0)
    return float((1.0 - total / pairs)[size > 1.0].mean())


def shared(model: Model, lists: np.ndarray) -> dict[str, float]:
    """What can be said of slates wherever they come from."""
    shown = np.unique(lists[lists >= 0])
    return {
        "coverage": round(shown.size / model.lift.size, 4),
        "intra_list_diversity": round(within(lists, model.value.place), 4),
    }


def generated(world: str, noise: float, seed: int, people: int) -> dict[str, Any]:
    """The sweep on one generated world, and how fast feeds adapt there."""
    config = PlatformConfig(
        users=20_000, videos=10_000, events=200_000, seed=seed, noise=noise, **SETTINGS["generator"],
        **SETTINGS["worlds"][world],
    )  # fmt: skip
    platform = generate(config, np.random.default_rng(seed))
    log = fold(platform)
    model = learn(known_of(platform, log), ModelParams(), now=config.until)
    often = np.flatnonzero(np.bincount(log.user, minlength=config.users) >= 5)
    users = np.sort(np.random.default_rng(seed).choice(often, people, replace=False))
    asked = ask(platform, log)
    some = Question(*(column[:people] for column in asked))
    judged = of_oracle(platform, model, some, _describe(platform))
    rows = []
    for point, lists in of_best(model, users, _describe(platform)).items():
        expected = platform.truth.expected_points(users[:, None], np.maximum(lists, 0))
        made = np.bincount(platform.videos.creator[lists[lists >= 0]])
        rows.append(
            {
                "topic": point[0], "decay": point[1],
                "points": round(float(expected[lists >= 0].mean()), 4),
                "of_oracle": judged[point],
                "creator_gini": round(gini(made), 4),
                **shared(model, lists),
            }
        )  # fmt: skip
    for row in rows:
        row["points_share"] = round(row["points"] / rows[0]["points"], 4)
    moved = adapting(model, users, np.random.default_rng(seed), config.until)
    return {"world": world, "noise": noise, "seed": seed, "sweep": rows, "ten_events_on_a_new_topic": moved}


def adapting(model: Model, users: np.ndarray, rng: np.random.Generator, now: int) -> dict[str, float]:
    """How far ten completions on a new topic move the next feed: share of its 20 videos near the topic, before, after.

    The topic of each person: the ten unseen videos nearest by taste to one drawn from those that are nearer to the
    opposite of her profile than to it. Near: ⟨x, x'⟩ ≥ ½. Nothing is learned again, as in the minutes after.
    """
    known, place, edges = model.known, model.value.place, model.edges(K)
    liking = model.value.profiles(known, users, now)
    seen = seen_by(known.pairs, users)
    told_user, told_video, drawn = [], [], np.full(users.size, -1)
    for row, user in enumerate(users.tolist()):
        far = place @ liking[row] < 0.0
        far[seen[row].indices] = False
        if not far.any():
            continue
        drawn[row] = rng.choice(np.flatnonzero(far))
        near = place @ place[drawn[row]]
        near[seen[row].indices] = -2.0
        told_video += np.argsort(-near, kind="stable")[:10].tolist()
        told_user += [user] * 10
    asked = users[drawn >= 0]
    topic = place[drawn[drawn >= 0]]

    def share(told: Model) -> float:
        lists = told.served(asked, edges, TOP).video
        return float((np.einsum("ukd,ud->uk", place[lists], topic) >= 0.5).mean())

    extra = np.ones(len(told_user), dtype=np.bool_)
    pairs = known.pairs
    assert pairs.at is not None
    more = Pairs(
        np.append(pairs.user, told_user), np.append(pairs.video, told_video), pairs.users, pairs.videos,
        np.append(pairs.gains, np.full(len(told_user), 8.0)), np.append(pairs.at, np.full(len(told_user), now)),
    )  # fmt: skip
    after = replace(
        known, pairs=more, leads=np.append(known.leads, extra), counted=np.append(known.counted, extra),
        hidden=np.append(known.hidden, ~extra), skipped=np.append(known.skipped, ~extra),
    )  # fmt: skip
    return {
        "people": int(asked.size),
        "before": round(share(model), 4),
        "after": round(share(replace(model, known=after)), 4),
    }


def _describe(platform: Platform) -> Describe:
    def told(video: int) -> dict[str, Any]:
        return {
            "creators": (str(platform.videos.creator[video]),),
            "hashtags": tuple(platform.hashtags[video]),
        }

    return told


def logged(path: Path, people: int) -> list[dict[str, Any]]:
    """The sweep on a real log by time; it says nothing of creators or hashtags."""
    split, known = read_split(path, "kuairand", clock_ms=int(time.time() * 1000))
    model = learn(known, ModelParams(), now=split.now, shown=split.shown)
    chosen = np.arange(split.judged.size)[:people]
    rows = []
    for point, lists in of_best(model, split.judged[chosen], lambda _: {}).items():
        if point[1]:
            judged = judge(lists, split.targets[chosen])
            rows.append(
                {
                    "topic": point[0],
                    "recall@20": round(float(judged.recall.mean()), 4),
                    "ndcg@20": round(float(judged.ndcg.mean()), 4),
                    **shared(model, lists),
                }
            )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line a setting and, last, one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kuairand", type=Path, default=Path("../shared/data/kuairand/log.tsv"))
    parser.add_argument("--worlds", nargs="+", default=list(SETTINGS["worlds"]), choices=list(SETTINGS["worlds"]))
    parser.add_argument("--noise", nargs="+", type=float, default=[1.0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--people", type=int, default=1000)
    a = parser.parse_args(arguments)
    found: dict[str, Any] = {"benchmark": "slate", "machine": machine(), "seeds": a.seeds, "worlds": []}
    for seed in a.seeds:
        for world in a.worlds:
            for noise in a.noise:
                told = generated(world, noise, seed, a.people)
                found["worlds"].append(told)
                for row in told["sweep"]:
                    print(world, noise, seed, row, flush=True)
                print(world, noise, seed, told["ten_events_on_a_new_topic"], flush=True)
    found["kuairand"] = logged(a.kuairand, a.people) if a.kuairand.exists() else None
    for row in found["kuairand"] or ():
        print("kuairand", row, flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
