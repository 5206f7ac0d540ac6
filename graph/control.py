"""Who is held back from a campaign, so that what it brings about can be told from what would have come anyway.

Of each campaign a share of people, by a keyed hash of the person, never has its videos in a feed: the control group.
A feed is composed as if there were none; where one of the campaign's videos would have stood, that is noted (a ghost
impression) and the place goes to what would have come next. So the two groups compare alike people: those who were
shown it, and those who would have been. Comparing with everybody held back instead would drown the effect in people
whom the campaign never reached, and comparing with those not reached would compare unlike ones.

References: Johnson, Lewis, Nubbemeyer, "Ghost Ads: Improving the Economics of Measuring Online Ad Effectiveness",
Journal of Marketing Research 54 (2017), doi:10.1509/jmr.15.0297.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Control:
    """The control group of one campaign."""

    key: str
    """Its own secret: without it nobody can foretell, or choose, in which group an account will be."""
    share: float
    """Share of people in it, 0 … 1."""
    videos: frozenset[str]
    """Videos of the campaign; of those that are asked about."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "list[Control]":
        """From rows of ``state_controls.cypher`` or ``night_controls.cypher``, as a snapshot holds them too."""
        return [cls(row["key"], row["share"], frozenset(row["videoIds"])) for row in rows]


def in_control(key: str, share: float, user: str) -> bool:
    """Whether ``user`` is held back: her hash, uniform on 0 … 1, is below the share. A larger one keeps all it had."""
    drawn = int.from_bytes(hmac.digest(key.encode(), user.encode(), "sha256")[:8], "big")
    return drawn < share * 2.0**64


def withheld(user: str, controls: Iterable[Control]) -> frozenset[str]:
    """Videos that no feed of ``user`` carries."""
    return frozenset().union(*(one.videos for one in controls if in_control(one.key, one.share, user)))
