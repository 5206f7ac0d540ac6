"""Where a new video stands, which step may follow which, and the ledger of steps taken.

::

    waiting ──► floor ──► growing ◄─┐ (next wave)
       │          │          ├──────┘
       │          ├──────────┼──► circle ──► everyone
       │          ├──────────┼─────────────► everyone
       └──────────┴──────────┴──► stopped

``circle``: boosted to those near what it is about; ``everyone``: boosted beyond them. A step is a :class:`Decision`
with all that it rests on; one that may not follow the last cannot be made, and the ledger alone gives the state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contentgraph.errors import UsageError


class State(StrEnum):
    """Where a video stands."""

    WAITING = "waiting"
    """New; nobody was given it yet."""
    FLOOR = "floor"
    """Its first audience, which every video gets."""
    GROWING = "growing"
    """A larger audience, as long as it may be above the bar."""
    CIRCLE = "circle"
    """Boosted in its circle: sound, hashtag, challenge, like videos, and people like those who engaged."""
    EVERYONE = "everyone"
    """Boosted to everyone."""
    STOPPED = "stopped"
    """No further test slots."""


FOLLOWS: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.FLOOR, State.STOPPED}),
    State.FLOOR: frozenset({State.GROWING, State.CIRCLE, State.EVERYONE, State.STOPPED}),
    State.GROWING: frozenset({State.GROWING, State.CIRCLE, State.EVERYONE, State.STOPPED}),
    State.CIRCLE: frozenset({State.EVERYONE}),
    State.EVERYONE: frozenset(),
    State.STOPPED: frozenset(),
}
"""State → states that may follow. Only a growing video follows itself: with its next wave."""

OPEN = frozenset({State.WAITING, State.FLOOR, State.GROWING})
"""States in which a video is tested."""
BOOSTED = frozenset({State.CIRCLE, State.EVERYONE})


GONE = "Stopped: the video may not be shown any more."
"""Why a video that was taken down, or whose creator left, was stopped, whatever people made of it."""


@dataclass(frozen=True, slots=True)
class Exit:
    """The evidence for one of the two exits."""

    people: int = 0
    """Distinct people shown through this exit's sources whose window is over."""
    mean: float = 0.0
    """Their mean points; silence is 0."""
    bar: float = 0.0
    """Points that the bar stands for in this video's cells."""
    posterior: float = 0.0
    """P(expected points > bar)."""
    curve: tuple[float, ...] = ()
    """P(quality > z) at :data:`CURVE`: what any other bar would have said."""


CURVE = (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
"""Bars in z (standard normal quality) at which a decision keeps the posterior: from a sixth to 99.4 % below."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of one video, with what it rests on.

    Raises:
        UsageError: the step may not follow the state that it starts from.
    """

    video_id: str
    number: int
    """1, 2, … within the video."""
    at: int
    """Epoch ms."""
    before: State
    after: State
    wave: int
    """Wave that the video is in after the step: 0 waiting, 1 the floor, 2, 3, … growing."""
    shown: int
    """People counted: distinct, neither creators nor fans, their window over."""
    sources: Mapping[str, int]
    """People counted by source: affinity, likeness, random."""
    fans: int
    """Followers of a creator who were shown it; reported, never counted."""
    rates: tuple[float, float, float, float, float]
    """Rewatch, completion, share, comment and like rate of those counted."""
    mean: float
    """Mean points of those counted."""
    circle: Exit
    everyone: Exit
    bar: float
    """Share of a cell's videos that lie below the bar, 0 … 1."""
    scale: int
    """Version of the point scale."""
    sentence: str
    """Why, for a person."""

    def __post_init__(self) -> None:
        """Refuse a step that may not be."""
        if self.after not in FOLLOWS[self.before]:
            raise UsageError(
                f"Video {self.video_id!r} cannot go from {self.before} to {self.after}; "
                f"after {self.before} come {', '.join(sorted(FOLLOWS[self.before])) or 'no steps'}."
            )
        if self.number < 1:
            raise UsageError(f"The decision of {self.video_id!r} has the number {self.number}; they start at 1.")

    @property
    def id(self) -> str:
        """Unique: the video and the number of the step."""
        return f"{self.video_id}#{self.number}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a video stands, as its ledger says."""

    state: State = State.WAITING
    wave: int = 0
    decisions: int = 0
    """Steps so far."""


def replay(ledger: Iterable[Decision]) -> dict[str, Standing]:
    """The present standing of every video in the ledger, whatever the order of its rows.

    Raises:
        UsageError: a row is missing, twice there and different, or does not start where the last one ended.
    """
    found: dict[str, Standing] = {}
    rows: dict[str, Decision] = {}
    for row in ledger:
        if rows.setdefault(row.id, row) != row:
            raise UsageError(f"The ledger holds two different decisions {row.id!r}; it cannot be replayed.")
    for row in sorted(rows.values(), key=lambda one: (one.video_id, one.number)):
        stands = found.get(row.video_id, Standing())
        if row.number != stands.decisions + 1 or row.before != stands.state:
            raise UsageError(
                f"Decision {row.id!r} starts from {row.before}, but its video stands at {stands.state} after "
                f"{stands.decisions} decisions; the ledger has a gap."
            )
        found[row.video_id] = Standing(row.after, row.wave, row.number)
    return found


def sentence(
    after: State, wave: int, circle: Exit, everyone: Exit, *, shown: int, mean: float, late: bool, gone: bool = False
) -> str:
    """Why a step was taken, in one sentence.

    >>> sentence(State.STOPPED, 2, Exit(80, 4.1, 5.5, 0.01), Exit(20, 4.0, 6.0, 0.01), shown=100, mean=4.1, late=False)
    'Stopped: 100 people, 4.1 points; its circle expects 5.5, everyone 6.0, and it is out of reach of both.'
    """
    people = f"{shown} {'person' if shown == 1 else 'people'}, {mean:.1f} points"
    bars = f"its circle expects {circle.bar:.1f}, everyone {everyone.bar:.1f}"
    if after == State.FLOOR:
        return "First audience: every new video gets one."
    if after == State.GROWING:
        return f"Wave {wave}: {people}; {bars}, and it may still be above."
    if after == State.CIRCLE:
        return (
            f"Boosted in its circle: {circle.people} people there gave {circle.mean:.1f} points, the bar is "
            f"{circle.bar:.1f}, the odds of being above it {circle.posterior:.0%}."
        )
    if after == State.EVERYONE:
        return (
            f"Boosted to everyone: {everyone.people} people at random gave {everyone.mean:.1f} points, the bar is "
            f"{everyone.bar:.1f}, the odds of being above it {everyone.posterior:.0%}."
        )
    if gone:
        return GONE
    if shown == 0:
        return "Stopped: its time is over, and there was no room to show it to anyone."
    ending = "its time is over and it is not known to be above either" if late else "it is out of reach of both"
    return f"Stopped: {people}; {bars}, and {ending}."
