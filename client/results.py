"""What the client answers: frozen records, a unit per field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contentgraph.graph.reasons import Reason
from contentgraph.graph.wave_states import Decision


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One video of a feed."""

    video_id: str
    slot: int
    """Place in the feed, 1 is the first."""
    score: float
    """Sum of ``parts``: points that a view is expected to bring, times a power of how much leads to the video.
    No unit where the log does not tell what a view brings; comparable within one feed."""
    parts: Mapping[str, float]
    """Source → its part of the score: similar, creator, sound, hashtag, challenge, popular."""
    reasons: tuple[Reason, ...]
    """Each with its sentence and part, heaviest first; per source their parts add up to that of ``parts``."""
    propensity: float
    """Probability of this video at this slot given the slots above, more than 0, at most 1."""
    explored: bool
    """True if the slot was drawn at random."""
    via: tuple[Mapping[str, Any], ...]
    """The paths behind the parts, as ``suggest.cypher`` returns them."""
    caption: str | None
    creator_ids: tuple[str, ...]
    sound: str | None
    """The sound's title, else its id."""
    hashtags: tuple[str, ...]
    """Those that say something."""
    challenge_ids: tuple[str, ...]
    wave: int | None = None
    """The wave of a new video that she is one of the test viewers of; None otherwise."""

    @property
    def reason(self) -> str:
        """The heaviest reason's sentence: "3 videos you rewatched use this sound"."""
        return self.reasons[0].sentence if self.reasons else "new here"


class Feed(list[Suggestion]):
    """Suggestions, best first."""

    def __init__(self, suggestions: Iterable[Suggestion] = (), *, degraded: bool = False) -> None:
        super().__init__(suggestions)
        self.degraded = degraded
        """True if Neo4j did not answer in time: this is her last feed, or what a snapshot has."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a challenge, hashtag or sound."""

    hour: int
    """Start of the hour, epoch ms."""
    users: int
    """Distinct people whose first event with one of its videos fell into this hour."""
    pairs: int
    """User–video pairs that began in this hour."""
    videos: int
    """New videos."""
    points: float
    """Points of what happened in this hour."""


@dataclass(frozen=True, slots=True)
class Trend:
    """What moves, and the numbers that made it trend."""

    kind: str
    """challenge, hashtag, sound or video."""
    id: str
    name: str
    score: float
    """No unit; comparable within one kind, country and window."""
    observed: int
    """Users in the window; one who came back in another hour counts again."""
    expected: float
    """Users that its own past lets expect in the window."""
    factor: float
    """observed / expected, as the night computed it."""
    since: int
    """When it started to move, epoch ms."""
    hours: int
    """The window, hours."""
    country: str
    """ISO 3166-1 alpha-2; ZZ for the world."""
    series: tuple[int, ...]
    """Users an hour, oldest first."""
    videos: tuple[str, ...]
    """Up to three videos that show it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one video is, or is not, suggested to one user."""

    user_id: str
    video_id: str
    score: float
    parts: Mapping[str, float]
    """As in :class:`Suggestion`; they add up to ``score``."""
    reasons: tuple[Reason, ...]
    """As in :class:`Suggestion`; empty where nothing leads from her to the video."""
    withheld: tuple[str, ...]
    """Why it is left out of her feed all the same: ``seen``, ``own``; empty where nothing holds it back."""
    via: tuple[Mapping[str, Any], ...]
    caption: str | None
    creator_ids: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The heaviest reason's sentence."""
        return self.reasons[0].sentence if self.reasons else "nothing leads from what you did to this video"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one call of ``record`` wrote."""

    events: int
    pairs: int
    """User–video pairs whose facts the events joined."""
    relations: int
    """Follows, blocks, hides and reports joined."""
    announced_users: tuple[str, ...]
    """Users that were not known before; they stay without properties until a catalogue row describes them."""
    announced_videos: tuple[str, ...]
    """Videos that were not known before; never shown until a catalogue row describes them."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Where one video stands in its waves, and how it got there."""

    video_id: str
    state: str
    """waiting, floor, growing, circle, everyone or stopped; none where no wave knows it."""
    wave: int
    waiting: int
    """Test slots given and not shown yet."""
    running: int
    """People shown whose window of 24 hours is not over."""
    decisions: tuple[Decision, ...]
    """Every step, the first first, each with its numbers and its sentence."""
    missing: str
    """What stands between it and the next exit: "212 people so far, 4.1 points; its circle's bar is 5.5, …"."""

    @property
    def reason(self) -> str:
        """Why it stands where it stands: the last step's sentence."""
        return self.decisions[-1].sentence if self.decisions else self.missing


@dataclass(frozen=True, slots=True)
class Stats:
    """How much is in the graph."""

    nodes: Mapping[str, int]
    """Label → nodes."""
    relationships: Mapping[str, int]
    """Type → relationships."""
    now: int
    """``now`` of the last night, epoch ms; 0 before the first."""
    last_run: str | None
    """Id of the last finished night."""
    server: str
    """Name and version of the server, such as ``Neo4j/5.26.30``."""
