"""Hourly accounts of quiet tags with seasons, overdispersion and drift, and bursts planted among them.

The parameters are those of ``benchmarks/trends.toml``, frozen before any detector was tuned.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FROZEN: dict[str, Any] = tomllib.loads(Path(__file__).with_name("trends.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Simulated:
    """One seed of one world."""

    counts: Floats
    """[tags × hours] accounts an hour; the last ``judged`` hours are judged. Column 0 is a Monday's 0 h UTC."""
    judged: int
    tag: Whole
    """[bursts] which tag bursts."""
    onset: Whole
    """[bursts] column of the burst's first hour."""
    factor: Floats
    """[bursts] times the tag's mean at the top."""


def simulate(world: str, seed: int, *, bursts: bool) -> Simulated:
    """Draw one seed; without ``bursts`` all is quiet."""
    said = FROZEN["world"] | FROZEN["worlds"][world]
    rng = np.random.default_rng([seed, sorted(FROZEN["worlds"]).index(world)])
    hours, judged = (said["past_days"] + said["judged_days"]) * 24, said["judged_days"] * 24
    born = round(said["births"] * said["judged_days"])
    tags = said["tags"] + born
    daily = np.concatenate([_between(rng, said["daily"], said["tags"]), _between(rng, said["born_daily"], born)])
    mean = daily[:, None] / 24.0 * _season(rng, said, tags, hours) * _level(rng, said, tags, hours)
    birth = np.r_[np.zeros(said["tags"]), rng.integers(hours - judged, hours, born)]
    mean *= np.arange(hours) >= birth[:, None]
    count = said["bursts"] if bursts else 0
    tag = rng.choice(said["tags"], count, replace=False)
    last = hours - int(FROZEN["judge"]["missed_hours"])
    onset = np.sort(rng.integers(hours - judged, last + 1, count))
    factor = _uniform(rng, said["factor"], count)
    ramp = rng.integers(said["ramp_hours"][0], said["ramp_hours"][1] + 1, count)
    for place in range(count):
        age = np.arange(hours) - onset[place]
        risen = np.clip((age + 1.0) / ramp[place], 0.0, 1.0)
        over = np.maximum(age - ramp[place] - said["plateau_hours"], 0.0)
        share = risen * 0.5 ** (over / said["fade_hours"])
        usual = 0.0 if said.get("unseen") else 1.0
        mean[tag[place]] *= usual + share * (factor[place] - usual)
    noisy = mean * rng.gamma(said["size"], 1.0 / said["size"], mean.shape)
    return Simulated(rng.poisson(noisy).astype(np.float64), judged, tag, onset, factor)


def _uniform(rng: np.random.Generator, ends: list[float], count: int) -> Floats:
    low, high = ends
    return rng.uniform(low, high, count)


def _between(rng: np.random.Generator, ends: list[float], count: int) -> Floats:
    """Log-uniform."""
    return np.exp(rng.uniform(np.log(ends[0]), np.log(ends[1]), count))


def _season(rng: np.random.Generator, said: dict[str, Any], tags: int, hours: int) -> Floats:
    """Hour of day and weekend, mean about 1 over a week."""
    column = np.arange(hours)
    wave, peak = _uniform(rng, said["wave"], tags), _uniform(rng, said["peak"], tags)
    day = 1.0 + wave[:, None] * np.cos(2.0 * np.pi * (column - peak[:, None]) / 24.0)
    weekend = _uniform(rng, said["weekend"], tags)[:, None]
    week = np.where(column // 24 % 7 >= 5, weekend, 1.0) / ((5.0 + 2.0 * weekend) / 7.0)
    season: Floats = day * week
    return season


def _level(rng: np.random.Generator, said: dict[str, Any], tags: int, hours: int) -> Floats:
    """The wandering level, mean 1: exp of an Ornstein–Uhlenbeck process."""
    drift, kept = said["drift"], float(np.exp(-1.0 / said["drift_hours"]))
    state = rng.normal(0.0, drift, tags)
    found = np.empty((tags, hours))
    for hour in range(hours):
        found[:, hour] = state
        state = kept * state + drift * np.sqrt(1.0 - kept**2) * rng.normal(size=tags)
    return np.asarray(np.exp(found - drift**2 / 2.0))
