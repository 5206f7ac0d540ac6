"""Events since a snapshot, laid over the rows of the people whom they concern."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.graph.events import Event
from contentgraph.graph.facts import PairFacts, fold
from contentgraph.graph.names import Names
from contentgraph.graph.points import COMPLETED, LIKED, REWATCHED, SKIPPED, PointScale, flags, skipped
from contentgraph.graph.relations import RELATION_STATEMENTS, Row, Switch, relations, switched
from contentgraph.graph.snapshot.arrays import (
    BLOCK,
    BLOCKER,
    EVERYONE,
    FOLLOW,
    HASHTAG,
    HIDDEN,
    MUTE,
    REMOVED,
    SHUNNED,
    SOUND,
    Arrays,
    Floats,
    Index,
    Longs,
)
from contentgraph.graph.snapshot.kernel import Person
from contentgraph.graph.snapshot.person import person_of
from contentgraph.graph.snapshot.proofs import NONE

Pair = tuple[str, int, int]
"""Video, bits of what happened, time of the latest event."""
LIST_OF = {
    "merge_follows": FOLLOW,
    "merge_blocks": BLOCK,
    "merge_hides_video": HIDDEN,
    "merge_reports_video": HIDDEN,
    "merge_hides_user": SHUNNED,
    "merge_reports_user": SHUNNED,
    "merge_hides_sound": MUTE,
    "merge_hides_hashtag": MUTE,
}
"""Statement → code of the list that its rows switch (`SWITCHED` of the arrays)."""
MUTES = {"merge_hides_sound": SOUND, "merge_hides_hashtag": HASHTAG}
"""Statements whose target is a thing, and of which kind."""
Switches = dict[tuple[int, int], Switch]
"""By code and index, what is in the lists of one person, and what is in them no more."""


class Folded(NamedTuple):
    """What is left of a person's folded engagements, which no event changes; as in `Crowd`."""

    saw: Index
    sum: Index
    sum_points: Floats
    sum_at: Longs


NOTHING_FOLDED = Folded(
    np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0, dtype=np.int64)
)


@dataclass(slots=True)
class Patch:
    """One person with the events since; by index, so that every join is one look-up."""

    allowed: int = EVERYONE
    """Of whom nothing is known she may be a child."""
    removed: bool = False
    country: int = -1
    tongue: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, dtype=np.int16))
    made: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    folded: Folded = NOTHING_FOLDED
    engaged: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Video → (bits, time of the latest event)."""
    judged: dict[int, int] = field(default_factory=dict)
    """Video → up to when it is told whether she likes it: the snapshot's latest event, and likes and unlikes since."""
    switches: Switches = field(default_factory=dict)
    _person: Person | None = None

    @classmethod
    def of(cls, arrays: Arrays, user: int) -> "Patch":
        """As the snapshot has her."""
        person, crowd = person_of(arrays.catalog, arrays.crowd, user), arrays.crowd

        def row(pointer: npt.NDArray[np.int64], values: npt.NDArray[np.integer]) -> list[int]:
            return [int(value) for value in values[pointer[user] : pointer[user + 1]]]

        told = zip(person.bits.tolist(), person.at.tolist(), strict=True)
        followed = zip(person.follow.tolist(), row(crowd.follow_ptr, crowd.follow_at), strict=True)
        switches: Switches = {(FOLLOW, who): (at, True) for who, at in followed}
        columns = (crowd.switch_list, crowd.switch, crowd.switch_at, crowd.switch_on)
        for code, target, at, on in zip(*(row(crowd.switch_ptr, each) for each in columns), strict=True):
            switches[code, target] = at, bool(on)
        return cls(
            allowed=person.allowed,
            removed=bool(crowd.state[user] & REMOVED),
            country=person.country,
            tongue=person.tongue,
            made=person.made,
            folded=Folded(person.saw, person.sum, person.sum_points, person.sum_at),
            engaged=dict(zip(person.engaged.tolist(), told, strict=True)),
            switches=switches,
        )

    def copy(self) -> "Patch":
        """One to change, while others go on reading this one."""
        return Patch(
            self.allowed, self.removed, self.country, self.tongue, self.made, self.folded, dict(self.engaged),
            dict(self.judged), dict(self.switches),
        )  # fmt: skip

    def _on(self, *codes: int) -> list[int]:
        """What is in any of these lists, ascending."""
        return sorted({place for (code, place), (_, on) in self.switches.items() if on and code in codes})

    def person(self) -> Person:
        """As `person_of` has her, but for what people she follows did; not to be changed from then on."""
        if self._person is not None:
            return self._person
        videos = sorted(self.engaged)
        rows = [self.engaged[video] for video in videos]
        follows = sorted(self._on(FOLLOW), key=lambda user: (-self.switches[FOLLOW, user][0], user))
        mutes = self._on(MUTE)
        person = Person(
            allowed=self.allowed,
            country=self.country,
            tongue=self.tongue,
            engaged=np.array(videos, dtype=np.int32),
            bits=np.array([bits for bits, _ in rows], dtype=np.uint8),
            at=np.array([at for _, at in rows], dtype=np.int64),
            follow=np.array(follows, dtype=np.int32),
            hidden=np.array(self._on(HIDDEN), dtype=np.int32),
            barring=np.array(self._on(SHUNNED, BLOCK, BLOCKER), dtype=np.int32),
            made=self.made,
            mute=np.array(mutes, dtype=np.int32),
            mute_at=np.array([self.switches[MUTE, thing][0] for thing in mutes], dtype=np.int64),
            saw=self.folded.saw,
            sum=self.folded.sum,
            sum_points=self.folded.sum_points,
            sum_at=self.folded.sum_at,
            proof_video=NONE.video,
            proof_bits=NONE.bits,
            proof_at=NONE.at,
        )
        for array in person[2:]:
            # As `person_of` has it, so that the kernel is compiled for one kind of person.
            array.setflags(write=array is person.barring)
        self._person = person
        return person

    def engage(self, scale: PointScale, video: int, facts: PairFacts, duration: int) -> None:
        """Join the facts of new events into the pair."""
        told = flags(scale, facts, duration)
        bits, before = self.engaged.get(video, (0, -1))
        again = flags(scale, _since(facts, before), duration).completed
        if bits & COMPLETED and again:
            bits |= REWATCHED
        liked, known = bits & LIKED, self.judged.setdefault(video, before)
        acts = [(at, on) for at, on in ((facts.last_like_at, LIKED), (facts.last_unlike_at, 0)) if at is not None]
        if acts and max(acts) >= (known, LIKED):
            self.judged[video], liked = max(acts)
        happened = ((bits | told.bits()) & ~(LIKED | SKIPPED)) | liked
        if happened == 0 and skipped(facts, duration) and (before < 0 or bits & SKIPPED):
            happened = SKIPPED
        self.engaged[video] = happened, max(before, facts.last_at)


def told(
    arrays: Arrays,
    users: Names,
    videos: Names,
    thing: Callable[[str, int], int],
    scale: PointScale,
    patches: Mapping[str, Patch],
    events: Iterable[Event],
) -> dict[str, Patch]:
    """The people whom the events concern, as they are after them. ``thing``: index of a name and kind, or -1."""
    since = list(events)
    changed: dict[str, Patch] = {}
    of = _opener(arrays, users, patches, changed)
    for (user, name), facts in fold(since).items():
        video, viewer = videos.index(name), of(user)
        if video >= 0:
            viewer.engage(scale, video, facts, int(arrays.shelf.duration[video]))
    _switch(relations(since), of, users, videos, thing)
    return changed


def edges(
    arrays: Arrays,
    users: Names,
    videos: Names,
    thing: Callable[[str, int], int],
    patches: Mapping[str, Patch],
    user: str,
    pairs: Iterable[Pair],
    relations: Mapping[str, Iterable[Row]],
) -> dict[str, Patch]:
    """The people whom edges of ``user`` concern, as they are with them; see :func:`told`."""
    changed: dict[str, Patch] = {}
    of = _opener(arrays, users, patches, changed)
    viewer = of(user)
    for name, bits, at in pairs:
        video = videos.index(name)
        if video >= 0:
            viewer.engaged[video], viewer.judged[video] = (bits, at), at
    _switch(relations, of, users, videos, thing)
    return changed


def _opener(
    arrays: Arrays, users: Names, patches: Mapping[str, Patch], changed: dict[str, Patch]
) -> Callable[[str], Patch]:
    """What gives a person to change, as she is so far, and keeps her in ``changed``."""

    def of(user: str) -> Patch:
        if user not in changed:
            place = users.index(user)
            known = Patch.of(arrays, place) if place >= 0 else Patch()
            changed[user] = patches[user].copy() if user in patches else known
        return changed[user]

    return of


def _switch(
    told: Mapping[str, Iterable[Row]],
    of: Callable[[str], Patch],
    users: Names,
    videos: Names,
    thing: Callable[[str, int], int],
) -> None:
    """Join rows by statement into the lists of those whom they concern; what the snapshot does not know is left out."""
    for statement in RELATION_STATEMENTS:
        code = LIST_OF[statement]
        for row in told.get(statement, ()):
            user, target = str(row["userId"]), str(row["targetId"])
            if code == MUTE:
                place = thing(target, MUTES[statement])
            else:
                place = (videos if code == HIDDEN else users).index(target)
            switch = switched(statement, row)
            join(of(user).switches, code, place, switch)
            if code == BLOCK:
                join(of(target).switches, BLOCKER, users.index(user), switch)


def join(switches: Switches, code: int, place: int, switch: Switch) -> None:
    """The later of two holds; what has no ``place`` (-1) is left out."""
    if place >= 0:
        switches[code, place] = max(switch, switches.get((code, place), switch))


def _since(facts: PairFacts, before: int) -> PairFacts:
    """The completing facts that are later than ``before``, a time."""

    def later(at: int | None) -> int | None:
        return at if at is not None and at > before else None

    return PairFacts(
        facts.first_at,
        facts.last_at,
        view1_ms=facts.view1_ms if later(facts.view1_at) else None,
        view1_at=later(facts.view1_at),
        first_completion_at=later(facts.last_completion_at),
    )
