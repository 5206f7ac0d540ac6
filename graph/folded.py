"""What is left of engagements that were folded: how many people did what, by video.

The flags of a pair are a sufficient statistic of everything that the night derives of a video by itself, so score,
rates and their spread are as before the fold, on any scale of weights:

    viewers(v) = Σ n     points(v) = Σ n · p(bits)         over the cells (bits, n) of v

Who it was is gone: a folded viewer counts as one of ordinary ease who understands the video.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.errors import InvalidEvent
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.facts import PAIR_KINDS
from contentgraph.graph.points import PointScale, points_of_bits

Floats = npt.NDArray[np.float64]

FOLDED = "unusable_folded"
LEAST_DAYS = 36
"""Nothing younger is folded: trends, pulses by the hour and waves are made from the engagements of 35 days."""
KEPT = 3
"""So many creators, sounds and hashtags each are kept of a person: those that brought most (docs/decisions/0025)."""
LATEST = 10
"""So many of a person's latest engagements stay whatever their age: else nothing would be known of who pauses."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The cells of all videos; arrays of one length, an entry a video and set of flags."""

    video: npt.NDArray[np.int32]
    bits: npt.NDArray[np.int64]
    """What happened: flag bits of `contentgraph.graph.points`."""
    people: npt.NDArray[np.int64]
    """How many people's folded engagement was that."""

    def totals(self, scale: PointScale, videos: int) -> "Totals":
        """The same by video."""
        people, points = self.people.astype(np.float64), points_of_bits(scale, self.bits)

        def by_video(values: Floats) -> Floats:
            return np.bincount(self.video, values, videos).astype(np.float64)

        return Totals(by_video(people), by_video(people * points), by_video(people * (points > 0.0)))


@dataclass(frozen=True, slots=True)
class Totals:
    """What folded engagements amount to; an entry a video, float64."""

    people: Floats
    """How many, silent ones included."""
    points: Floats
    """Points that they brought together."""
    leaders: Floats
    """How many of them brought points."""


def fold_mark(latest: int, days: int) -> int:
    """The moment before which engagements are folded, epoch ms: ``days`` before ``latest``, at the start of that day.

    Pulses of older times are kept by the day, so no day is ever folded in half.

    >>> fold_mark(100 * DAY_MS + 5, 40) == 60 * DAY_MS
    True
    """
    return max((latest // DAY_MS - days) * DAY_MS, 0)


def marked_before(settings: Mapping[str, Any]) -> int:
    """Epoch ms: where a fold got to, by what the graph keeps of it; 0 where there was none."""
    return int(settings.get("foldedBefore") or 0)


def refuse_folded(kind: str, at: int, before: int) -> None:
    """Refuse an event on a video from before the moment up to which engagement was folded; both epoch ms.

    What it told is in the sums if it was told in time, and must not be counted again. Follows, hides, blocks and
    reports are never folded.

    Raises:
        InvalidEvent: it is one.
    """
    if at < before and kind in PAIR_KINDS:
        day = datetime.fromtimestamp(before / 1000, UTC).date()
        raise InvalidEvent(
            FOLDED,
            f"the {kind} is from before {day}, up to where engagement was folded; if it was told in time it is counted",
        )


def cells(pairs: Iterable[tuple[str, int]]) -> dict[str, list[tuple[int, int]]]:
    """Video → (bits, how many) ascending by bits, of (video, bits) of each pair, in whatever order.

    >>> cells([('v', 3), ('v', 0), ('v', 3)])
    {'v': [(0, 1), (3, 2)]}
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for (video, bits), people in sorted(Counter(pairs).items()):
        found.setdefault(video, []).append((bits, people))
    return found
