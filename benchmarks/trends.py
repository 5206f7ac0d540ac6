"""How soon a burst is shown, at the same number of false alarms; and which real tags and sounds grew next.

    python -m benchmarks.trends [--tuning] [--worlds mild …] [--data ../shared/data]

Four frozen worlds (benchmarks/trends.toml). A detector ranks all tags at the end of each hour; shown are its ten best
that reach its threshold, and the threshold is the lowest that lets in as many false alarms a day as are allowed, on
seeds without bursts that are not used for timing. Hours to detection count from the burst's first hour to the end of
the hour in which it is shown; a miss counts as 48. JSON last.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.trends_real import precision
from benchmarks.trends_rivals import count, mastodon, mastodon_rolling
from benchmarks.trends_worlds import FROZEN, Floats, Simulated, simulate
from contentgraph.graph.trends import trends

JUDGE, SEEDS = FROZEN["judge"], FROZEN["seeds"]
KEPT_HOURS, WINDOW_HOURS, CLASSES = 35 * 24, 24, ((2.0, 5.0), (5.0, 10.0), (10.0, 20.0))
Detector = Callable[[Floats, int], Floats]


def contentgraph(counts: Floats, judged: int) -> Floats:
    """What is served: the trends of the last 24 hours, from 35 days of pulses."""
    hours = counts.shape[1]
    ends = range(hours - judged + 1, hours + 1)
    return np.array([trends(counts[:, max(0, end - KEPT_HOURS) : end], WINDOW_HOURS).score for end in ends])


DETECTORS: dict[str, Detector] = {
    "contentgraph": contentgraph,
    "mastodon": mastodon,
    "mastodon_rolling": mastodon_rolling,
    "count": count,
}


class Shown:
    """The ten best of each hour."""

    def __init__(self, score: Floats) -> None:
        best = np.argsort(-score, axis=1, kind="stable")[:, : JUDGE["shown"]]
        self.score = np.zeros_like(score)
        np.put_along_axis(self.score, best, np.take_along_axis(score, best, axis=1), axis=1)

    def at(self, threshold: float) -> npt.NDArray[np.bool_]:
        """[hours × tags] what is shown."""
        return (self.score >= threshold) & (self.score > 0.0)


def alarms(shown: npt.NDArray[np.bool_], world: Simulated) -> float:
    """Entries a day of tags that do not burst."""
    entered = shown[1:] & ~shown[:-1]
    hour = np.arange(1, shown.shape[0])[:, None] + world.counts.shape[1] - world.judged
    for tag, onset in zip(world.tag, world.onset, strict=True):
        excused = (hour[:, 0] >= onset) & (hour[:, 0] < onset + JUDGE["excused_hours"])
        entered[excused, tag] = False
    return float(entered.sum() / (world.judged / 24.0))


def threshold(scores: Sequence[Floats], worlds: Sequence[Simulated], allowed: float) -> float:
    """The lowest threshold with at most ``allowed`` alarms a day on average."""
    shown = [Shown(score) for score in scores]
    values = np.unique(np.concatenate([each.score[each.score > 0.0] for each in shown]))
    tried = np.unique(values[np.linspace(0, values.size - 1, 400).astype(int)])
    fine = [value for value in tried if _alarms(shown, worlds, value) <= allowed]
    return float(min(fine, default=values[-1]))


def _alarms(shown: Sequence[Shown], worlds: Sequence[Simulated], least: float) -> float:
    return float(np.mean([alarms(each.at(least), world) for each, world in zip(shown, worlds, strict=True)]))


def delays(shown: npt.NDArray[np.bool_], world: Simulated) -> Floats:
    """Hours to detection of each burst; ``missed_hours`` where it is missed."""
    found = np.full(world.tag.size, JUDGE["missed_hours"])
    for place, (tag, onset) in enumerate(zip(world.tag, world.onset, strict=True)):
        first = int(onset) - (world.counts.shape[1] - world.judged)
        hit = np.flatnonzero(shown[first : first + int(JUDGE["missed_hours"]), tag])
        if hit.size:
            found[place] = hit[0] + 1.0
    return found


def run(world: str, quiet_seeds: Sequence[int], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """One entry for each number of alarms a day."""
    quiet = [simulate(world, seed, bursts=False) for seed in quiet_seeds]
    loud = [simulate(world, seed, bursts=True) for seed in seeds]
    factor = np.concatenate([each.factor for each in loud])
    found: list[dict[str, Any]] = [
        {"world": world, "alarms_per_day": allowed, "hours": {}, "missed": {}, "measured_alarms": {},
         "missed_by_factor": {}, "threshold": {}}
        for allowed in JUDGE["alarms_per_day"]
    ]  # fmt: skip
    for name, detector in DETECTORS.items():
        began = time.perf_counter()
        silent = [detector(each.counts, each.judged) for each in quiet]
        shown = [Shown(detector(each.counts, each.judged)) for each in loud]
        for entry in found:
            least = threshold(silent, quiet, entry["alarms_per_day"])
            late = np.concatenate([delays(each.at(least), one) for each, one in zip(shown, loud, strict=True)])
            missed = late >= JUDGE["missed_hours"]
            entry["hours"][name] = round(float(late.mean()), 3)
            entry["missed"][name] = round(float(missed.mean()), 4)
            entry["measured_alarms"][name] = round(_alarms(shown, loud, least), 3)
            entry["missed_by_factor"][name] = [
                round(float(missed[(factor >= low) & (factor < high)].mean()), 3) for low, high in CLASSES
            ]
            entry["threshold"][name] = round(least, 4)
        print(f"{world} {name}: {time.perf_counter() - began:.1f} s", flush=True)
    for entry in found:
        hours = entry["hours"]
        ratio = {name: round(hours["contentgraph"] / hours[name], 3) for name in hours if name != "contentgraph"}
        entry["ratio"] = ratio
        print(json.dumps(entry), flush=True)
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="the seeds that a detector may be tuned on")
    parser.add_argument("--worlds", nargs="*", default=list(FROZEN["worlds"]))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    asked = parser.parse_args()
    seeds = {"threshold": [SEEDS["tuning"][0]], "timing": SEEDS["tuning"]} if asked.tuning else SEEDS
    entries = [entry for world in asked.worlds for entry in run(world, seeds["threshold"], seeds["timing"])]
    feed = asked.data / "tiktok-feed-2025"
    real = precision(feed) if feed.is_dir() and not asked.tuning else None
    print(json.dumps({"worlds": entries, "precision_at_20": real, "seeds": seeds, "parameters": FROZEN}))


if __name__ == "__main__":
    main()
