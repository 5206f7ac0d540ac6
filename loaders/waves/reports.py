"""The ledger asked: equal chances, another bar or floor, and what the test slots say of policies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from contentgraph.cypher import Database
from contentgraph.cypher.clock import known_until
from contentgraph.errors import UsageError
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.fairness import GroupChance, chances, gini, quintiles
from contentgraph.graph.offpolicy import PolicyValue, policy_value
from contentgraph.graph.points import points_of_bits
from contentgraph.graph.waves.ledger import Redecided, redecide
from contentgraph.graph.waves.rules import SOURCES, WaveRule
from contentgraph.graph.waves.states import BOOSTED, State
from contentgraph.loaders.scale import current_scale
from contentgraph.loaders.waves.ledger import EVERY, read_ledger
from contentgraph.loaders.waves.reads import KEPT_DAYS


@dataclass(frozen=True, slots=True)
class Fairness:
    """Chances of promotion at equal points, from the ledger."""

    videos: int
    """Decided videos that somebody was counted for."""
    promoted: int
    groups: dict[str, list[GroupChance]]
    """creator size, country, language and account age → groups."""
    exposure_gini: float
    """Of test viewers over all videos in waves that were born while exposures are kept: 0 all alike."""


def fairness(database: Database, rng: np.random.Generator) -> Fairness:
    """Chance of promotion by creator size, country, language and account age at equal points per viewer.

    A creator's size is told by who followed when the video was born: what its promotion won is no reason for it.
    """
    last = {one.video_id: one for one in read_ledger(database)}
    ended = [*map(str, BOOSTED), str(State.STOPPED)]
    rows = [dict(record) for record in database.stream("night_wave_creators", fetch_size=2_000, states=EVERY)]
    kept = database.answer(known_until()) - KEPT_DAYS * DAY_MS
    told = [row for row in rows if row["state"] in ended and row["videoId"] in last and last[row["videoId"]].shown]
    points = np.array([last[row["videoId"]].mean for row in told], dtype=np.float64)
    promoted = np.array([row["state"] in map(str, BOOSTED) for row in told], dtype=np.bool_)
    followers = np.array([row["followers"] for row in told], dtype=np.float64)
    age = np.array([(row["createdAt"] or 0) - (row["creatorAt"] or 0) for row in told], dtype=np.float64)
    groups = {
        "creator size": quintiles(followers),
        "country": [row["country"] or "ZZ" for row in told],
        "language": [row["language"] or "und" for row in told],
        "account age": quintiles(age),
    }
    return Fairness(
        videos=len(told),
        promoted=int(promoted.sum()),
        groups={name: chances(of, points, promoted, rng) for name, of in groups.items()},
        exposure_gini=gini(np.array([row["people"] for row in rows if row["createdAt"] > kept], dtype=np.float64)),
    )


def replayed(database: Database, rule: WaveRule) -> list[Redecided]:
    """Videos whose end another rule would have changed."""
    born = {str(row["id"]): int(row["createdAt"] or 0) for row in database.stream("night_wave_births", states=EVERY)}
    return redecide(read_ledger(database), rule, born)


def values(
    database: Database, since: int = 0, policy: Callable[[Mapping[str, Any]], float] | None = None
) -> dict[str, PolicyValue | str]:
    """Mean points a slot of showing new videos by one source alone, to each of its people alike; over all test slots.

    The policy of a source gives one slot to each draw (video, source and step), to each person of its pool with the
    probability 1/pool. Another ``policy`` answers the probability with which it would have given a slot, told by the
    row of ``night_wave_slots``; over everyone of a draw's pool its probabilities add up to 1. Its value stands under
    "policy". Where the effective sample size is below 400 the answer says so instead.
    """
    rows = [dict(record) for record in database.stream("night_wave_slots", fetch_size=5_000, since=since)]
    source = np.array([row["source"] for row in rows], dtype=np.str_)
    points = points_of_bits(current_scale(database), np.array([row["bits"] for row in rows], dtype=np.int64))
    propensity = np.array([row["propensity"] for row in rows], dtype=np.float64)
    pool = np.array([max(row["pool"] or 1, 1) for row in rows], dtype=np.float64)
    drawn = np.array([row["slots"] for row in rows], dtype=np.float64)
    asked = [(name, source == name, 1.0 / pool) for name in SOURCES]
    if policy is not None:
        asked.append(("policy", source != "", np.array([policy(row) for row in rows], dtype=np.float64)))
    found: dict[str, PolicyValue | str] = {}
    for name, here, target in asked:
        try:
            found[name] = policy_value(points[here], propensity[here], target[here], drawn[here])
        except UsageError as refused:
            found[name] = str(refused)
    return found
