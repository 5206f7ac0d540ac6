"""Which test slots of a snapshot a viewer may be shown, on arrays written by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from contentgraph.graph.snapshot.arrays import ADULT, EVERYONE, REMOVED, TEEN, Offers, pointers, withheld
from contentgraph.graph.snapshot.offers import Offer, slots

VIDEOS, LAPSES = 6, 100


def arrays(**changed: Any) -> Any:
    """User 0 has no slot, user 1 one of each video, the last first; video v is by user v + 10 and for everyone.

    There are two countries.
    """
    every = np.arange(VIDEOS)
    catalog = {
        "state": np.zeros(VIDEOS, dtype=np.uint8), "suit": np.zeros(VIDEOS, dtype=np.int32),
        "suits": np.full((1, 3), EVERYONE, dtype=np.uint8),
        "maker_ptr": pointers(np.ones(VIDEOS)), "maker": every + 10,
    }  # fmt: skip
    told = Offers(
        pointers([0, VIDEOS]), every[::-1].astype(np.int32), np.ones(VIDEOS, dtype=np.int16), np.full(VIDEOS, 0.25),
        np.full(VIDEOS, LAPSES),
    )  # fmt: skip
    return SimpleNamespace(catalog=SimpleNamespace(**(catalog | changed)), offers=told)


def person(**changed: Any) -> Any:
    none = np.zeros(0, dtype=np.int32)
    told = {"allowed": EVERYONE | TEEN, "country": -1, "engaged": none, "saw": none, "hidden": none, "made": none}
    told |= {"barring": none}
    return SimpleNamespace(**(told | {name: np.asarray(value) for name, value in changed.items()}))


def offered(given: Any, viewer: Any, **changed: Any) -> list[int]:
    asked: dict[str, Any] = {"now": 0, "room": VIDEOS, "shown": ()} | changed
    return [offer.video for offer in slots(given, 1, viewer, **asked)]


def test_the_first_in_the_order_of_chance_as_far_as_there_is_room() -> None:
    assert slots(arrays(), 1, person(), now=0, room=1, shown=()) == [Offer(5, 1, 0.25)]
    assert slots(arrays(), 0, person(), now=0, room=9, shown=()) == []
    assert offered(arrays(), person()) == [5, 4, 3, 2, 1, 0]
    assert offered(arrays(), person(), room=2, shown={5}) == [4, 3]


def test_a_slot_lapses_at_its_time() -> None:
    assert offered(arrays(), person(), now=LAPSES - 1) == [5, 4, 3, 2, 1, 0]
    assert offered(arrays(), person(), now=LAPSES) == []


@pytest.mark.parametrize(
    "told",
    [{"engaged": [3]}, {"saw": [3]}, {"hidden": [3]}, {"made": [3]}, {"barring": [13]}],
    ids=lambda told: next(iter(told)),
)
def test_what_she_watched_hid_or_made_and_whom_she_or_who_bars_her(told: dict[str, list[int]]) -> None:
    assert offered(arrays(), person(**told)) == [5, 4, 2, 1, 0]


def test_what_is_gone_or_not_for_her_age() -> None:
    suits = np.repeat(np.array([[EVERYONE], [TEEN], [ADULT]], dtype=np.uint8), 3, axis=1)
    state = np.array([0, 0, 0, 0, REMOVED, 0], dtype=np.uint8)
    assert offered(arrays(suit=np.array([0, 1, 2, 0, 0, 0]), suits=suits, state=state), person()) == [5, 3, 1, 0]


def test_what_is_withheld_in_her_country_or_somewhere_where_hers_is_unknown() -> None:
    """Videos 0 and 1 in the first country, 2 in one of no viewer."""
    nowhere = np.full(3, EVERYONE, dtype=np.uint8)
    suits = np.array([nowhere, withheld(nowhere, [0]), withheld(nowhere, [-1])])
    given = arrays(suit=np.array([1, 1, 2, 0, 0, 0]), suits=suits)
    assert offered(given, person(country=0)) == [5, 4, 3, 2]
    assert offered(given, person(country=1)) == [5, 4, 3, 2, 1, 0]
    assert offered(given, person()) == [5, 4, 3]
