"""What an attack on the trends does: the rank of what it pushes, as counted for trends and as counted plainly.

    python -m benchmarks.trend_attacks

A platform of 400 tags with 28 days of past (rates 10 to 500 people a day, log-uniform) is told as facts of pairs and
goes through `contentgraph.loaders.hours.hours_of`'s arithmetic: `contentgraph.graph.pulse.pulses` with and without the
mask of what spreads, then `trends`. The attacked tag had 20 people a day. Over five seeds the best rank in the list of
24 hours, None where it is in none. JSON last.

future: events dated after now, which the check of events (`graph/events.py`) rejects beyond 5 minutes.
past: 500 events dated into the three weeks before. botnet: 200 accounts made in the last day, one video each.
aged: the same 200 accounts, a week old: what is not caught. flood: one user on 500 videos of the tag.
followers: 300 followers of one creator watch her new video. pushed: 400 people who saw it in the list of trends itself.
burst: 200 people of the platform, as the honest measure.
"""

import json

import numpy as np

from contentgraph.errors import InvalidEvent
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.events import check_event
from contentgraph.graph.pulse import Facts, Told, arrivals, pulses, users_per_hour
from contentgraph.graph.trends import TrendParams, admits, trends

TAGS, DAYS, USERS, SEEDS = 400, 28, 40_000, (301, 302, 303, 304, 305)
UNTIL = 20_000 * DAY_MS
ATTACKED = 0
NAMES = ("future", "past", "botnet", "aged", "flood", "followers", "pushed", "burst")


def rank(name: str, seed: int, masked: bool) -> int | None:
    """The attacked tag's place in the list of 24 hours."""
    rng = np.random.default_rng(seed)
    daily = np.exp(rng.uniform(np.log(10.0), np.log(500.0), TAGS))
    daily[ATTACKED] = 20.0
    wave = 1.0 + 0.6 * np.cos(2.0 * np.pi * (np.arange(24) - 19) / 24.0)
    mean = daily[:, None] / 24.0 * np.tile(wave, DAYS)
    counts = rng.poisson(mean * rng.gamma(8.0, 1.0 / 8.0, mean.shape))
    tag, hour = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.reshape(-1), axis=1)
    user = rng.integers(0, USERS // 2, tag.size)
    at = UNTIL - (DAYS * 24 - hour) * HOUR_MS + rng.integers(0, HOUR_MS, tag.size)
    spread, pushed = np.ones(tag.size, dtype=bool), np.zeros(tag.size, dtype=bool)
    video = tag * 2 + rng.integers(0, 2, tag.size)
    more = {"future": 200, "past": 500, "botnet": 200, "aged": 200, "flood": 500, "followers": 300, "pushed": 400,
            "burst": 200}[name]  # fmt: skip
    again = rng.integers(USERS // 2, USERS, more) if name != "flood" else np.full(more, USERS - 1)
    told = UNTIL - 1 - rng.integers(0, 6 * HOUR_MS, more)
    if name == "past":
        told = UNTIL - 2 * DAY_MS - rng.integers(0, 19 * DAY_MS, more)
    if name == "future":
        told = told + DAY_MS
        told = np.array([each for each in told.tolist() if accepted(each)], dtype=np.int64)
        again = again[: told.size]
    honest = name in ("past", "aged", "flood", "burst", "future")
    user, at = np.concatenate([user, again]), np.concatenate([at, told])
    video = np.concatenate([video, rng.integers(0, 2, again.size)])
    spread = np.concatenate([spread, np.full(again.size, honest or not masked)])
    pushed = np.concatenate([pushed, np.full(again.size, name == "pushed")])
    all_of = np.ones(at.size, dtype=bool)
    views = Told(user.astype(np.int32), video.astype(np.int32), at, all_of, pushed, spread, kind=0, first=True)
    facts = Facts.of(lambda: [views], [0.0], 2 * TAGS, UNTIL + DAY_MS)
    blocks = pulses(
        facts, entity=np.repeat(np.arange(TAGS), 2).astype(np.int32), entity_video=np.arange(2 * TAGS).astype(np.int32),
        entities=TAGS, user_cell=np.zeros(USERS, dtype=np.int32),
        video_cell=np.zeros(2 * TAGS, dtype=np.int32), created_at=np.full(2 * TAGS, -1), cells=1,
        since=UNTIL - DAYS * DAY_MS, until=UNTIL,
    )  # fmt: skip
    busy, series = users_per_hour(arrivals(blocks), TAGS, UNTIL - DAYS * DAY_MS, UNTIL, np.ones(1, dtype=bool), 5.0)
    score = trends(series, 24).score
    score[score < admits(busy.size, 24, TrendParams())] = 0.0
    place = int(np.flatnonzero(busy == ATTACKED)[0])
    return None if score[place] == 0.0 else int((score > score[place]).sum()) + 1


def accepted(at: int) -> bool:
    """Whether the check of events lets a time through."""
    try:
        check_event({"userId": "u", "kind": "like", "videoId": "v", "at": at}, now=UNTIL)
    except InvalidEvent:
        return False
    return True


def main() -> None:
    """Print the ranks."""
    found = {
        name: {
            label: [rank(name, seed, masked) for seed in SEEDS]
            for label, masked in (("counted", True), ("plain", False))
        }
        for name in NAMES
    }
    for name, told in found.items():
        print(name, told)
    print(json.dumps({"ranks": found, "seeds": SEEDS, "tags": TAGS}))


if __name__ == "__main__":
    main()
