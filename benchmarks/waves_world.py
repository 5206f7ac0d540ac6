"""The simulator's world: videos whose views follow a law of their own on the 32 outcomes, exact to the last chance.

A view completes with σ(C + a + e), is a rewatch with σ(R + .6 (a + e)) given completion, and is liked, shared and
commented at rates of the video, three times as often by who watched to the end. a: the video's appeal; e: the viewer's
ease, integrated out, because every test view is of another viewer. C and R meet the rates of each duration bucket; the
spread of a is solved for, so that the expected points of videos spread by what a cell of the grid asks for.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from contentgraph.graph.points import PointScale, points_of_bits

PARAMETERS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "waves.toml").read_text("utf-8"))
BITS = np.arange(32)
VALUES = points_of_bits(PointScale(), BITS)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Levels:
    """What all videos of one world share."""

    spread: float
    """Standard deviation of the appeal, log-odds."""
    completion: np.ndarray
    """C by duration bucket, log-odds."""
    rewatch: np.ndarray
    """R by duration bucket, log-odds."""


@dataclass(frozen=True)
class Videos:
    """Some videos; a row each."""

    bucket: np.ndarray
    appeal: np.ndarray
    like: np.ndarray
    """Log multiplier of the like rate; the next two likewise."""
    share: np.ndarray
    comment: np.ndarray


def levels(spread: float) -> Levels:
    """Levels at which expected points spread by ``spread`` within the duration buckets, all pooled."""
    views = PARAMETERS["views"]
    share = np.array(views["share"]) / sum(views["share"])

    def at(appeal: float) -> Levels:
        rates = list(zip(views["completion"], views["rewatch"], strict=True))
        c = np.array([brentq(lambda x, r=r: _rates(x, 0.0, appeal)[0] - r, -9, 9) for r, _ in rates])
        r = np.array(
            [
                brentq(lambda y, x=x, p=p: _rates(x, y, appeal)[1] - p, -12, 9)
                for x, (_, p) in zip(c, rates, strict=True)
            ]
        )
        return Levels(appeal, c, r)

    def pooled(appeal: float) -> float:
        found = at(appeal)
        a = _NODES * appeal
        variance = 0.0
        for bucket, weight in enumerate(share):
            zero = np.zeros(a.size)
            mean = laws(found, Videos(np.full(a.size, bucket), a, zero, zero, zero)) @ VALUES
            variance += weight * float(_WEIGHTS @ (mean - _WEIGHTS @ mean) ** 2)
        return float(variance**0.5) - spread

    return at(brentq(pooled, 0.02, 6.0, xtol=1e-3))


def _rates(c: float, r: float, appeal: float) -> tuple[float, float]:
    """Completion rate, and rewatch rate given completion, over videos and viewers."""
    views = PARAMETERS["views"]
    a, e = _NODES[:, None] * appeal, _NODES[None, :] * views["ease"]
    weight = _WEIGHTS[:, None] * _WEIGHTS[None, :]
    done = expit(c + a + e)
    again = done * expit(r + views["rewatch_slope"] * (a + e))
    return float((weight * done).sum()), float((weight * again).sum() / (weight * done).sum())


def make_videos(world: Levels, count: int, correlation: float, rng: np.random.Generator) -> Videos:
    """Videos drawn at random; ``correlation`` of the log like rate with the appeal."""
    views, reactions = PARAMETERS["views"], PARAMETERS["reactions"]
    share = np.array(views["share"]) / sum(views["share"])
    z, other = rng.standard_normal((2, count))

    def multiplier(sd: float, lean: float, noise: np.ndarray) -> np.ndarray:
        found: np.ndarray = sd * (lean * z + np.sqrt(1.0 - lean**2) * noise) - 0.5 * sd**2
        return found

    return Videos(
        bucket=rng.choice(share.size, size=count, p=share),
        appeal=world.spread * z,
        like=multiplier(reactions["like_spread"], correlation, other),
        share=multiplier(reactions["share_spread"], 0.0, rng.standard_normal(count)),
        comment=multiplier(reactions["comment_spread"], 0.0, rng.standard_normal(count)),
    )


def laws(world: Levels, videos: Videos, shift: np.ndarray | float = 0.0) -> np.ndarray:
    """[videos × 32] probability of each outcome (flag bits) of a view; ``shift``: log-odds more for this audience."""
    views, reactions = PARAMETERS["views"], PARAMETERS["reactions"]
    lift = (videos.appeal + shift)[:, None] + views["ease"] * _NODES[None, :]
    done = expit(world.completion[videos.bucket][:, None] + lift)
    again = expit(world.rewatch[videos.bucket][:, None] + views["rewatch_slope"] * lift)
    watched = np.stack([(1.0 - done), done * (1.0 - again), done * again]) @ _WEIGHTS  # [3 × videos]
    complete = watched[1] + watched[2]
    even = 1.0 + (reactions["lean"] - 1.0) * complete

    def chance(rate: float, log: np.ndarray, lean: float) -> np.ndarray:
        likely: np.ndarray = np.minimum(rate * np.exp(log) * lean / even, reactions["ceiling"])
        return likely

    found = np.zeros((videos.bucket.size, 32))
    for state, (bits, lean) in enumerate(((0, 1.0), (1, reactions["lean"]), (3, reactions["lean"]))):
        for code in range(8):
            p = watched[state].copy()
            for bit, (name, log) in enumerate(
                (("share", videos.share), ("comment", videos.comment), ("like", videos.like))
            ):
                happens = chance(reactions[name], log, lean)
                p *= happens if code >> bit & 1 else 1.0 - happens
            found[:, bits | code << 2] += p
    whole: np.ndarray = found / found.sum(axis=1, keepdims=True)
    return whole
