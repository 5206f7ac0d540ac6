"""One stream of new videos under one policy: looks, slots, outcomes, declarations by one rule, and what it found.

What a slot brings is known at the next look, so no window is ever running: a deadline is decided at its look, and from
then on there are no slots, as in ``waves.night``.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.waves_policies import POLICIES, Open, points_of
from benchmarks.waves_world import PARAMETERS, VALUES, Levels, laws, make_videos
from contentgraph.graph.waves.prior import Evidence, WavePrior, above, fit_prior, grid_posterior
from contentgraph.graph.waves.rules import Looks, WaveRule, decide
from contentgraph.graph.waves.states import State


@dataclass(frozen=True)
class Found:
    """What one policy did on one stream."""

    good: int
    """Declared, and truly above the bar."""
    declared: int
    spent: int
    gini: float
    """Of views over videos: 0 all alike."""
    least: int
    """Fewest views of any video."""
    at_five: int
    """Good ones in the longest list, by odds, of which truly at most 5 % are false."""


def past_prior(world: Levels, correlation: float, rng: np.random.Generator) -> WavePrior:
    """The prior, as a night would fit it: on the random views of past videos, not on any truth."""
    stream = PARAMETERS["stream"]
    videos = make_videos(world, stream["past"], correlation, rng)
    seen = rng.multinomial(stream["past_views"], laws(world, videos))
    return prior_of(videos.bucket, seen, len(PARAMETERS["views"]["share"]))


def prior_of(cell: np.ndarray, seen: np.ndarray, cells: int) -> WavePrior:
    """The prior of counts of outcomes [videos × 32]."""
    law = np.zeros((cells, 32))
    np.add.at(law, cell, seen)
    return fit_prior(law, VALUES, cell=cell, people=seen.sum(axis=1), points=points_of(seen), squares=seen @ VALUES**2)


def run(policy: str, world: Levels, views: int, correlation: float, seed: int) -> Found:
    """One policy on the stream of ``seed``; every policy meets the same videos and the same prior."""
    stream, named = PARAMETERS["stream"], PARAMETERS["rule"]
    rule = WaveRule(bar=named["bar"], error=named["error"], floor=named["floor"], growth=named["growth"])
    ground = np.random.default_rng([seed, 1])
    prior = past_prior(world, correlation, ground)
    looks, count = stream["days"] * stream["looks_a_day"], stream["days"] * stream["videos_a_day"]
    videos = make_videos(world, count, correlation, ground)
    law = laws(world, videos)
    truth, bar = law @ VALUES, prior.at(videos.bucket, rule.z)
    born = np.arange(count) * looks // count
    rng = np.random.default_rng([seed, 2, *policy.encode()])
    outcomes = np.zeros((count, 32), dtype=np.int64)
    state = np.full(count, State.WAITING, dtype=object)
    wave = np.zeros(count, dtype=np.int64)
    odds, spent, risk = np.zeros(count), 0, 0.0
    for look in range(looks + 1):
        alive = (born <= look) & ((state == State.WAITING) | (state == State.FLOOR) | (state == State.GROWING))
        places = np.flatnonzero(alive)
        shown = outcomes[places].sum(axis=1)
        posterior = posterior_of(prior, videos.bucket[places], outcomes[places])
        odds[places] = above(posterior, rule.z)
        late = (look - born[places] >= stream["open_days"] * stream["looks_a_day"]) | (look == looks)
        nobody = np.zeros(places.size, dtype=np.int64)
        state[places], wave[places] = decide(
            rule,
            Looks(
                state=state[places], wave=wave[places], people=shown, given=np.ones_like(shown), late=late,
                circle=np.zeros(places.size), everyone=odds[places], in_circle=nobody, at_random=shown,
                gone=np.zeros(places.size, dtype=bool), spent=risk,
            ),
        )  # fmt: skip
        left = places[state[places] == State.EVERYONE]
        risk += float((1.0 - odds[left] - rule.aim).sum())
        if look == looks:
            break
        stays = (state[places] == State.FLOOR) | (state[places] == State.GROWING)
        # A video that is out of reach is stopped for ours; the others may show it on: it is in their pool till late.
        pool = stays if policy == "contentgraph" else stays | ((state[places] == State.STOPPED) & ~late)
        if policy != "contentgraph":
            back = places[pool & ~stays]
            state[back], wave[back] = State.GROWING, np.maximum(wave[back], 1)
        places, posterior = places[pool], posterior[pool]
        slots = views * int((born == look).sum())
        given = POLICIES[policy](
            Open(
                outcomes[places].sum(axis=1), outcomes[places], born[places], posterior, videos.bucket[places],
                bar[places], truth[places], wave[places], prior, rule, slots, rng,
            )
        )  # fmt: skip
        assert given.sum() == slots, f"{policy} spent {given.sum()} of {slots}"
        outcomes[places] += rng.multinomial(given, law[places])
        spent += slots
    declared = state == State.EVERYONE
    good = truth > bar
    shown = outcomes.sum(axis=1)
    order = np.argsort(-odds, kind="stable")
    false = np.cumsum(~good[order]) / np.arange(1, count + 1)
    within = np.flatnonzero(false <= 0.05)
    return Found(
        good=int((declared & good).sum()),
        declared=int(declared.sum()),
        spent=spent,
        gini=gini(shown),
        least=int(shown.min()),
        at_five=int(good[order][: within[-1] + 1].sum()) if within.size else 0,
    )


def posterior_of(prior: WavePrior, cell: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """[videos × grid] of videos with one cell each."""
    people = outcomes.sum(axis=1).astype(np.float64)
    return grid_posterior(prior, Evidence(np.arange(cell.size), cell, people, points_of(outcomes)), cell.size)


def gini(counts: np.ndarray) -> float:
    """Gini coefficient, those with nothing included."""
    x = np.sort(np.asarray(counts, dtype=np.float64))
    total = x.sum()
    return float((2 * np.arange(1, x.size + 1) - x.size - 1) @ x / (x.size * total)) if total > 0 else 0.0
