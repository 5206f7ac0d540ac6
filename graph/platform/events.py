"""The event log of the generated platform: views and all that follows from them, in the order of time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.platform.config import PlatformConfig
from contentgraph.graph.platform.exposure import Views
from contentgraph.graph.platform.truth import Outcomes
from contentgraph.graph.platform.videos import Videos

KINDS: Final = (
    "view",
    "completion",
    "like",
    "unlike",
    "comment",
    "share",
    "follow",
    "unfollow",
    "block",
    "unblock",
    "hide",
    "unhide",
    "report",
)
REASONS: Final = ("spam", "nudity", "violence", "harassment", "misleading")
_LONGEST_SITTING_MS = 20 * 60_000
_TOLD_COMPLETION = 0.04


@dataclass(frozen=True, slots=True)
class EventLog:
    """Columns of the events, ascending in time."""

    user: NDArray[np.int64]
    kind: NDArray[np.int8]
    """Index into :data:`KINDS`."""
    video: NDArray[np.int64]
    """Index of the video, -1 where the target is a person."""
    target: NDArray[np.int64]
    """Index of the person, -1 where the target is a video."""
    at: NDArray[np.int64]
    """Epoch milliseconds."""
    watched: NDArray[np.int64]
    """Milliseconds, -1 but for views."""
    source: NDArray[np.int8]
    """Index into SOURCES, -1 but for views."""
    reason: NDArray[np.int8]
    """Index into :data:`REASONS`, -1 but for reports."""


def view_times(config: PlatformConfig, views: Views, watched: NDArray[np.int64], videos: Videos) -> NDArray[np.int64]:
    """When each view ended: after those before it in the session; sessions that would outlast the log begin earlier."""
    gap = np.minimum(watched, _LONGEST_SITTING_MS) + 900
    passed = np.cumsum(gap)
    first = np.flatnonzero(np.diff(views.session, prepend=-1))
    at = views.begun + passed - (passed - gap)[first][views.session]
    last = at[np.concatenate([first[1:] - 1, [len(at) - 1]])]
    at -= np.maximum(last - (config.until - 6000), 0)[views.session]
    ended: NDArray[np.int64] = np.minimum(
        np.maximum(at, np.maximum(videos.created[views.video] + 1000, config.start)), config.until
    )
    return ended


def make_events(
    config: PlatformConfig,
    views: Views,
    videos: Videos,
    outcomes: Outcomes,
    at: NDArray[np.int64],
    rng: np.random.Generator,
) -> EventLog | None:
    """Exactly ``config.events`` rows from a random part of the views and what came of them; None if there are too few.

    The last few views kept are stripped of what came of them where all would not fit.
    """
    n, creator = len(at), videos.creator[views.video]
    log_rows: list[tuple[NDArray[np.int64], str, bool, NDArray[np.int64]]] = []  # view rows, kind, at the video?, delay

    def add(rows: NDArray[np.int64], kind: str, *, video: bool, low: int, high: int) -> None:
        log_rows.append((rows, kind, video, rng.integers(low, high, len(rows))))

    def some(rows: NDArray[np.int64], share: float) -> NDArray[np.int64]:
        return rows[rng.random(len(rows)) < share]

    log_rows.append((np.arange(n), "view", True, np.zeros(n, np.int64)))
    told = some(np.flatnonzero(outcomes.completed), _TOLD_COMPLETION)
    log_rows.append((told, "completion", True, np.zeros(len(told), np.int64)))
    liked = np.flatnonzero(outcomes.liked)
    add(liked, "like", video=True, low=0, high=900)
    add(some(liked, 0.015), "unlike", video=True, low=1000, high=HOUR_MS)
    add(np.flatnonzero(outcomes.commented), "comment", video=True, low=0, high=900)
    add(np.flatnonzero(outcomes.shared), "share", video=True, low=0, high=900)

    stranger = creator != views.user
    keen = 0.014 * np.exp(0.5 * videos.reach[views.video] - 0.12)
    wish = np.flatnonzero(outcomes.completed & stranger & (rng.random(n) < keen))
    _, once = np.unique(views.user[wish] * config.users + creator[wish], return_index=True)
    followed = wish[np.sort(once)]
    add(followed, "follow", video=False, low=0, high=900)
    add(some(followed, 0.03), "unfollow", video=False, low=HOUR_MS, high=72 * HOUR_MS)
    bored = np.flatnonzero(~outcomes.completed & stranger & (outcomes.watched < 0.2 * videos.duration[views.video]))
    hidden = some(bored, 0.035)
    by_video = rng.random(len(hidden)) < 0.85
    for rows, video in ((hidden[by_video], True), (hidden[~by_video], False)):
        add(rows, "hide", video=video, low=0, high=900)
        add(some(rows, 0.03), "unhide", video=video, low=1000, high=24 * HOUR_MS)
    for share, video in ((0.0015, True), (0.0004, False)):
        add(some(bored, share), "report", video=video, low=0, high=900)
    blocked = some(bored, 0.0015)
    add(blocked, "block", video=False, low=0, high=900)
    add(some(blocked, 0.05), "unblock", video=False, low=1000, high=72 * HOUR_MS)

    view = np.concatenate([rows for rows, *_ in log_rows])
    kind = np.concatenate([np.full(len(rows), KINDS.index(k), np.int8) for rows, k, *_ in log_rows])
    at_video = np.concatenate([np.full(len(rows), v) for rows, _, v, _ in log_rows])
    when = at[view] + np.concatenate([delay for *_, delay in log_rows])
    possible = when <= config.until
    view, kind, at_video, when = view[possible], kind[possible], at_video[possible], when[possible]
    if len(view) < config.events:
        return None

    keep = _fitting(view, kind == 0, n, config.events, rng)
    view, kind, at_video, when = view[keep], kind[keep], at_video[keep], when[keep]
    reason = np.where(kind == KINDS.index("report"), rng.integers(0, len(REASONS), len(kind)), -1).astype(np.int8)
    order = np.lexsort((kind, view, when))
    view, kind, at_video = view[order], kind[order], at_video[order]
    is_view = kind == 0
    return EventLog(
        user=views.user[view],
        kind=kind,
        video=np.where(at_video, views.video[view], -1),
        target=np.where(at_video, -1, creator[view]),
        at=when[order],
        watched=np.where(is_view, outcomes.watched[view], -1),
        source=np.where(is_view, views.source[view], -1).astype(np.int8),
        reason=reason[order],
    )


def _fitting(
    view: NDArray[np.int64], is_view: NDArray[np.bool_], views: int, events: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which rows stay: whole views in random order while they fit into ``events``, then views without what followed."""
    rank = np.empty(views, np.int64)
    order = rng.permutation(views)
    rank[order] = np.arange(views)
    size = np.bincount(view, minlength=views)[order]
    whole = int(np.searchsorted(np.cumsum(size), events, side="right"))
    missing = events - int(size[:whole].sum())
    keep: NDArray[np.bool_] = (rank[view] < whole) | (is_view & (rank[view] < whole + missing))
    spare = events - int(keep.sum())
    if spare:  # the last views are at the end of the list: let single rows of what followed fill up
        others = np.flatnonzero(~keep)
        keep[others[np.lexsort((~is_view[others], rank[view[others]]))][:spare]] = True
    return keep
