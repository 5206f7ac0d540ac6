"""Events since a snapshot, laid over the rows of the people whom they concern."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.graph.events import Event
from contentgraph.graph.facts import PairFacts, fold
from contentgraph.graph.names import Names
from contentgraph.graph.points import COMPLETED, LIKED, REWATCHED, SKIPPED, PointScale, flags, skipped
from contentgraph.graph.relations import RELATION_STATEMENTS, Row, relations
from contentgraph.graph.snapshot_arrays import EVERYONE, HASHTAG, REMOVED, SOUND, Arrays, Floats, Index, Longs
from contentgraph.graph.snapshot_kernel import Person
from contentgraph.graph.snapshot_person import person_of
from contentgraph.graph.snapshot_proofs import NONE

Pair = tuple[str, int, int]
"""Video, bits of what happened, time of the latest event."""
_MUTES = {"merge_hides_sound": SOUND, "merge_hides_hashtag": HASHTAG}


class Folded(NamedTuple):
    """What is left of a person's folded engagements, which no event changes; as in `snapshot_arrays.Crowd`."""

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
    follow: dict[int, int] = field(default_factory=dict)
    """User → time."""
    hidden: set[int] = field(default_factory=set)
    shunned: set[int] = field(default_factory=set)
    block: set[int] = field(default_factory=set)
    blocker: set[int] = field(default_factory=set)
    mute: dict[int, int] = field(default_factory=dict)
    """Thing → time."""
    _person: Person | None = None

    @classmethod
    def of(cls, arrays: Arrays, user: int) -> "Patch":
        """As the snapshot has her."""
        person, crowd = person_of(arrays.catalog, arrays.crowd, user), arrays.crowd

        def row(pointer: npt.NDArray[np.int64], values: npt.NDArray[np.integer]) -> list[int]:
            return [int(value) for value in values[pointer[user] : pointer[user + 1]]]

        told = zip(person.bits.tolist(), person.at.tolist(), strict=True)
        return cls(
            allowed=person.allowed,
            removed=bool(crowd.state[user] & REMOVED),
            country=person.country,
            tongue=person.tongue,
            made=person.made,
            folded=Folded(person.saw, person.sum, person.sum_points, person.sum_at),
            engaged=dict(zip(person.engaged.tolist(), told, strict=True)),
            follow=dict(zip(person.follow.tolist(), row(crowd.follow_ptr, crowd.follow_at), strict=True)),
            hidden=set(person.hidden.tolist()),
            shunned=set(row(crowd.shunned_ptr, crowd.shunned)),
            block=set(row(crowd.block_ptr, crowd.block)),
            blocker=set(row(crowd.blocker_ptr, crowd.blocker)),
            mute=dict(zip(person.mute.tolist(), person.mute_at.tolist(), strict=True)),
        )

    def copy(self) -> "Patch":
        """One to change, while others go on reading this one."""
        return Patch(
            self.allowed, self.removed, self.country, self.tongue, self.made, self.folded, dict(self.engaged),
            dict(self.follow), set(self.hidden), set(self.shunned), set(self.block), set(self.blocker), dict(self.mute),
        )  # fmt: skip

    def person(self) -> Person:
        """As `snapshot_person.person_of`, but for what people she follows did; not to be changed from then on."""
        if self._person is not None:
            return self._person
        videos = sorted(self.engaged)
        rows = [self.engaged[video] for video in videos]
        follows = sorted(self.follow, key=lambda user: (-self.follow[user], user))
        mutes = sorted(self.mute)
        person = Person(
            allowed=self.allowed,
            country=self.country,
            tongue=self.tongue,
            engaged=np.array(videos, dtype=np.int32),
            bits=np.array([bits for bits, _ in rows], dtype=np.uint8),
            at=np.array([at for _, at in rows], dtype=np.int64),
            follow=np.array(follows, dtype=np.int32),
            hidden=np.array(sorted(self.hidden), dtype=np.int32),
            barring=np.array(sorted(self.shunned | self.block | self.blocker), dtype=np.int32),
            made=self.made,
            mute=np.array(mutes, dtype=np.int32),
            mute_at=np.array([self.mute[thing] for thing in mutes], dtype=np.int64),
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
        liked = bits & LIKED
        if facts.last_like_at is not None or facts.last_unlike_at is not None:
            liked = LIKED if told.liked else 0
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
    for statement, rows in relations(since).items():
        for row in rows:
            _relate(statement, row, of, users, videos, thing)
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
            viewer.engaged[video] = bits, at
    for statement in RELATION_STATEMENTS:
        for row in relations.get(statement, ()):
            _relate(statement, row, of, users, videos, thing)
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


def _relate(  # type: ignore[no-untyped-def]
    statement: str, row: Row, of, users: Names, videos: Names, thing: Callable[[str, int], int]
) -> None:
    viewer, target = of(str(row["userId"])), str(row["targetId"])
    at, until = row.get("at"), row.get("until")
    on = at is not None and (until is None or int(at) >= int(until))
    if statement == "merge_hides_video":
        _switch(viewer.hidden, videos.index(target), on)
    elif statement == "merge_hides_user":
        _switch(viewer.shunned, users.index(target), on)
    elif statement == "merge_reports_video":
        _switch(viewer.hidden, videos.index(target), True)
    elif statement == "merge_reports_user":
        _switch(viewer.shunned, users.index(target), True)
    elif statement in _MUTES:
        _timed(viewer.mute, thing(target, _MUTES[statement]), at, until, on)
    elif statement == "merge_blocks":
        _switch(viewer.block, users.index(target), on)
        _switch(of(target).blocker, users.index(str(row["userId"])), on)
    elif statement == "merge_follows":
        _timed(viewer.follow, users.index(target), at, until, on)


def _switch(members: set[int], place: int, on: bool) -> None:
    if place >= 0 and on:
        members.add(place)
    else:
        members.discard(place)


def _timed(members: dict[int, int], place: int, at: Any, until: Any, on: bool) -> None:
    if place >= 0 and on:
        members[place] = max(int(at or 0), members.get(place, 0))
    elif until is not None and members.get(place, -1) < int(until):
        members.pop(place, None)


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
