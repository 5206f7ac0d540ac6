"""Challenges of the generated platform, one of which bursts in the last day of the log.

The burst is real uptake: new videos that answer it, made in the last 24 hours by different people, more of them each
hour, and a share of all views that grows with them. The challenge was declared days before and had ordinary, small use.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.platform.config import PlatformConfig
from contentgraph.graph.platform.people import opaque_ids
from contentgraph.graph.platform.videos import Videos
from contentgraph.graph.platform.words import CHALLENGES

ANSWER_SHARE: Final = 0.075
"""Videos that answer a challenge."""
BURST_MS: Final = DAY_MS


@dataclass(frozen=True, slots=True)
class Challenges:
    """Columns of the challenges, in the order of their ids, and which video answers which."""

    ids: NDArray[np.str_]
    """Opaque ids, ``c`` and ten digits, ascending."""
    word: NDArray[np.int64]
    """Index into CHALLENGES: its title, and in lower case its hashtag."""
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    """Epoch milliseconds; ``ends`` is 0 where open."""
    launcher: NDArray[np.int64]
    """Index of a person."""
    sponsor: NDArray[np.int64]
    """Index of a person, -1 where none."""
    answers: NDArray[np.int64]
    """A row a video: index of the challenge it answers, -1 where none."""
    remix_of: NDArray[np.int64]
    """A row a video: index of an older video, -1 where none."""
    burst: int
    """Index of the challenge with the planted burst, -1 on platforms of fewer than 8 videos."""


def make_challenges(config: PlatformConfig, videos: Videos, rng: np.random.Generator) -> tuple[Challenges, Videos]:
    """About 30 challenges (a tenth of the videos where that is less), and the videos with the burst's in place."""
    m = config.videos
    count = min(len(CHALLENGES), max(1, m // 8))
    starts = config.start + (rng.uniform(-10, 0.75 * config.days, count) * DAY_MS).astype(np.int64)
    ends = starts + (rng.uniform(4, 25, count) * DAY_MS).astype(np.int64)
    ends[rng.random(count) < 0.3] = 0
    burst = int(rng.integers(count)) if m >= 8 else -1
    if burst >= 0:
        starts[burst] = config.until - max(BURST_MS + 6 * HOUR_MS, min(8 * DAY_MS, config.days * DAY_MS * 3 // 4))
        ends[burst] = config.until + 5 * DAY_MS

    answers = np.full(m, -1)
    size = 1 / (np.arange(count) + 3.0)
    rng.shuffle(size)
    if burst >= 0:
        size[burst] = np.median(size)
    wish = rng.choice(count, m, p=size / size.sum())
    open_then = (starts[wish] <= videos.created) & ((ends[wish] == 0) | (videos.created < ends[wish]))
    takes = (rng.random(m) < ANSWER_SHARE * 1.6) & open_then
    answers[takes] = wish[takes]

    created, appeal, removed = videos.created.copy(), videos.appeal.copy(), videos.removed.copy()
    gone = rng.random(m) < 0.006
    removed[gone] = created[gone] + ((config.until - created[gone]) * rng.random(int(gone.sum()))).astype(np.int64)
    removed[np.argmin(created)] = 0
    if burst >= 0:
        joining = _joining(videos, rng, want=max(min(6, m // 4), round(0.005 * m)))
        rise = np.sqrt(np.sort(rng.random(len(joining))))
        created[joining] = config.until - BURST_MS + (rise * (BURST_MS - HOUR_MS)).astype(np.int64)
        answers[joining] = burst
        removed[joining] = 0
        appeal[joining] += 0.3
    videos = replace(videos, created=created, appeal=appeal, removed=removed)
    return (
        Challenges(
            ids=opaque_ids("c", count, rng),
            word=rng.permutation(len(CHALLENGES))[:count],
            starts=starts,
            ends=ends,
            launcher=videos.creator[rng.integers(0, m, count)],
            sponsor=np.where(rng.random(count) < 0.3, videos.creator[rng.integers(0, m, count)], -1),
            answers=answers,
            remix_of=_remixes(videos, answers, rng),
            burst=burst,
        ),
        videos,
    )


def _joining(videos: Videos, rng: np.random.Generator, want: int) -> NDArray[np.int64]:
    """``want`` videos of different creators where there are so many; never the oldest, which every hour needs."""
    oldest = int(np.argmin(videos.created))
    order = rng.permutation(len(videos.ids))
    order = order[order != oldest]
    _, first = np.unique(videos.creator[order], return_index=True)
    chosen: NDArray[np.int64] = order[np.sort(first)][:want]
    return chosen


def _remixes(videos: Videos, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """2 % of the videos, and a third of a challenge's answers, remix an older video (of the same challenge)."""
    m = len(videos.ids)
    order = np.lexsort((videos.created, answers))
    place = np.arange(m)
    group_begin = np.maximum.accumulate(np.where(np.diff(answers[order], prepend=-2) != 0, place, 0))
    back = group_begin + (rng.random(m) ** 2 * (place - group_begin)).astype(np.int64)
    wants = rng.random(m) < np.where(answers[order] >= 0, 0.33, 0.02)
    older = videos.created[order[back]] < videos.created[order]
    remix = np.full(m, -1)
    remix[order[wants & older]] = order[back[wants & older]]
    return remix
