"""Which real tags and sounds grew next: precision@20 on ``tiktok-feed-2025``, whose counters were read several times.

At a cut T a video counts that was read twice before (the last two readings, 6 hours apart or more) and once within four
days after. A tag or sound with three such videos is judged. What comes next: views gained an hour after the last
reading before T, over the views at that reading, of all its videos together; relevant are the twenty that grew most.
Every ranking sees the two readings before T alone:

surprise: `contentgraph.graph.trends.surprise` of the views gained between them against the kind's mean growth of the
    views it had; thousands of views, overdispersion by moments over the judged, divided by its videos.
growth: views gained an hour over views. gain: views gained an hour. acceleration: gain over the mean since posting.
new: the youngest on average. chance: the share of the relevant.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contentgraph.graph.trends import surprise

Floats = npt.NDArray[np.float64]
HOUR, TOP, LEAST_VIDEOS, APART, AFTER = 3600.0, 20, 3, 6.0, 96.0
CUTS = [f"2025-05-{day:02d}" for day in range(16, 24)] + [f"2025-06-{day:02d}" for day in range(6, 11)]


def precision(folder: Path) -> dict[str, object]:
    """Mean precision@20 over the cuts by kind and ranking, and how many were judged."""
    videos = {row["video_id"]: row for row in _rows(folder / "videos.csv.gz")}
    read: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in _rows(folder / "snapshots.csv.gz"):
        if row["views"]:
            read[row["video_id"]].append((_hours(row["scrape_time"]), float(row["views"])))
    told: dict[str, object] = {}
    for kind in ("hashtag", "sound"):
        found = defaultdict(list)
        judged = []
        for cut in CUTS:
            names, table = _table(videos, read, kind, _hours(cut))
            if len(names) < 3 * TOP:
                continue
            judged.append(len(names))
            for ranking, precise in _precise(table).items():
                found[ranking].append(precise)
        mean = {ranking: round(float(np.mean(each)), 4) for ranking, each in found.items()}
        told[kind] = {**mean, "cuts": len(judged), "judged": judged}
    return told


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _hours(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() / HOUR


def _table(
    videos: Mapping[str, Mapping[str, str]], read: Mapping[str, list[tuple[float, float]]], kind: str, cut: float
) -> tuple[list[str], dict[str, Floats]]:
    """Judged names, and of each the sums over its videos."""
    rows, carried = [], []
    for video, readings in read.items():
        ordered = sorted(readings)
        before = [one for one in ordered if one[0] <= cut]
        after = [one for one in ordered if cut < one[0] <= cut + AFTER]
        if not before or not after:
            continue
        earlier = [one for one in before if before[-1][0] - one[0] >= APART]
        posted = _hours(videos[video]["post_time"])
        if not earlier or posted >= earlier[-1][0]:
            continue
        (t1, v1), (t2, v2), (t3, v3) = earlier[-1], before[-1], after[-1]
        rows.append([(v2 - v1) / (t2 - t1), v1, v2, t1 - posted, v2 / (t2 - posted), (v3 - v2) / (t3 - t2)])
        said = videos[video]
        names = (
            {said["music_id"]} if kind == "sound" else {tag.strip().casefold() for tag in said["hashtags"].split(",")}
        )
        carried.append({name for name in names if name})
    data = np.array(rows, dtype=np.float64).reshape(len(rows), 6)
    gain, base, views, age = data[:, 0], data[:, 1], data[:, 2], data[:, 3]
    members = defaultdict(list)
    for place, names in enumerate(carried):
        for name in names:
            members[name].append(place)
    kept = sorted(name for name, places in members.items() if len(places) >= LEAST_VIDEOS)
    columns = {
        "gain": gain, "base": base, "views": views, "age": age, "since": data[:, 4], "next": data[:, 5],
        "videos": np.ones(len(rows)),
    }  # fmt: skip
    return kept, {
        column: np.array([values[members[name]].sum() for name in kept]) for column, values in columns.items()
    }


def _precise(table: Mapping[str, Floats]) -> dict[str, float]:
    mean = table["gain"].sum() / table["base"].sum()
    observed, expected = table["gain"] / 1e3, np.maximum(mean * table["base"], 1e-3) / 1e3
    square = ((observed / expected - 1.0) ** 2) * table["videos"]
    phi = float(np.mean(np.minimum(square, np.quantile(square, 0.95)))) / table["videos"]
    rankings = {
        "surprise": surprise(np.maximum(observed, 0.0), expected, phi),
        "growth": table["gain"] / np.maximum(table["base"], 1.0),
        "gain": table["gain"],
        "acceleration": table["gain"] / np.maximum(table["since"], 1e-9),
        "new": -table["age"] / table["videos"],
    }
    grew = table["next"] / np.maximum(table["views"], 1.0)
    relevant = set(np.argsort(-grew, kind="stable")[:TOP].tolist())
    found = {
        name: len(relevant & set(np.argsort(-score, kind="stable")[:TOP].tolist())) / TOP
        for name, score in rankings.items()
    }
    return {**found, "chance": TOP / grew.size}
