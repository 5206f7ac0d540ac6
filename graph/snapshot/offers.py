"""Which of the test slots that a snapshot holds a viewer may be shown, as ``test_slots.cypher`` says."""

from collections.abc import Container
from typing import NamedTuple

from contentgraph.graph.snapshot.arrays import Arrays
from contentgraph.graph.snapshot.kernel import Person


class Offer(NamedTuple):
    """A slot that waits."""

    video: int
    wave: int
    propensity: float
    """Probability with which she was given it, more than 0, at most ½."""


def slots(arrays: Arrays, user: int, person: Person, *, now: int, room: int, shown: Container[int]) -> list[Offer]:
    """Up to ``room`` slots of ``user``, in the order that chance gave them.

    None that lapsed by ``now`` (epoch ms), whose video was ``shown``, watched (folded or not), hidden, taken down, is
    not for her age or country, or is of somebody whom she blocks, hides or reported, who blocks her, or of herself.
    """
    told = arrays.offers
    found: list[Offer] = []
    for at in range(int(told.ptr[user]), int(told.ptr[user + 1])):
        video = int(told.video[at])
        if len(found) == room:
            break
        if told.until[at] <= now or video in shown or not _may_see(arrays, person, video):
            continue
        found.append(Offer(video, int(told.wave[at]), float(told.propensity[at])))
    return found


def _may_see(arrays: Arrays, person: Person, video: int) -> bool:
    catalog = arrays.catalog
    if catalog.state[video] or not catalog.suits[catalog.suit[video], person.country] & person.allowed:
        return False
    if any(video in told for told in (person.engaged, person.saw, person.hidden, person.made)):
        return False
    makers = catalog.maker[catalog.maker_ptr[video] : catalog.maker_ptr[video + 1]]
    return not any(maker in person.barring for maker in makers)
