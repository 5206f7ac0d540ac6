"""Events laid over one person of a snapshot: what is later holds, and what is told again changes nothing."""

import pytest

from contentgraph.graph.events import check_event
from contentgraph.graph.facts import PairFacts, fold
from contentgraph.graph.points import LIKED, PointScale
from contentgraph.graph.snapshot.events import Patch

NOW = 1_793_491_200_000
VIDEO = 0


def facts(*told: tuple[str, int]) -> PairFacts:
    events = [{"kind": kind, "at": NOW + at, "userId": "u", "videoId": "v", "watchedMs": 5} for kind, at in told]
    (found,) = fold(check_event(event, now=NOW + 100) for event in events).values()
    return found


def liked(patch: Patch, *told: tuple[str, int]) -> bool:
    patch.engage(PointScale(), VIDEO, facts(*told), 1_000)
    return bool(patch.engaged[VIDEO][0] & LIKED)


@pytest.mark.parametrize(
    ("had", "kind", "at", "has"),
    [
        (0, "like", 19, False), (0, "like", 20, True), (0, "like", 21, True),
        (LIKED, "unlike", 19, True), (LIKED, "unlike", 20, True), (LIKED, "unlike", 21, False),
    ],
)  # fmt: skip
def test_a_like_or_unlike_counts_unless_the_file_has_something_later(had: int, kind: str, at: int, has: bool) -> None:
    """At the same time the like wins, as everywhere."""
    assert liked(Patch(engaged={VIDEO: (had, NOW + 20)}), (kind, at)) == has


def test_of_what_the_file_does_not_know_the_later_holds_in_any_order() -> None:
    """Also what is told after a later view; again, it changes nothing."""
    patch = Patch(engaged={VIDEO: (0, NOW + 5)})
    assert liked(patch, ("like", 10))
    assert liked(patch, ("view", 30))
    assert not liked(patch, ("unlike", 20))
    assert not liked(patch, ("like", 15))
    assert not liked(patch, ("like", 10), ("unlike", 12))
    assert liked(patch, ("like", 20)), "the like wins a tie"
    assert patch.engaged[VIDEO][1] == NOW + 30
