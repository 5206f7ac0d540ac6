"""What the client answers: frozen records, a unit per field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contentgraph.graph.reasons import Reason
from contentgraph.graph.waves.states import Decision


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
    """Source → its part of the score: similar, creator, sound, hashtag, challenge, social, trending, local,
    popular."""
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
        """The heaviest reason's sentence: "3 videos you rewatched use this sound", if any weighs anything."""
        return self.reasons[0].sentence if self.reasons else ""


class Feed(list[Suggestion]):
    """Suggestions, best first."""

    def __init__(
        self, suggestions: Iterable[Suggestion] = (), *, degraded: bool = False, withheld: Iterable[Suggestion] = ()
    ) -> None:
        super().__init__(suggestions)
        self.withheld = tuple(withheld)
        """What would have stood in it but for a campaign's control group that she is in: not to be shown.

        ``shown`` notes them, so that the campaign's lift can be told."""
        self.degraded = degraded
        """True if Neo4j did not answer in time: this is of her last candidates, or what a snapshot has."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a challenge, hashtag, sound, topic or video."""

    hour: int
    """Start of the hour, epoch ms; of the day where it is older than 35 days."""
    users: int
    """Distinct people whose first event with one of its videos fell into this hour."""
    people: int
    """Those of the day's people who tell how it spreads and came first in this hour: what trends are told from."""
    pairs: int
    """User–video pairs that began in this hour."""
    pushed: int
    """Those of them that the product itself pushed: from its list of trends, or a wave."""
    videos: int
    """New videos."""
    points: float
    """Points of what happened in this hour."""


@dataclass(frozen=True, slots=True)
class Trend:
    """What moves, and the numbers that made it trend."""

    kind: str
    """challenge, hashtag, sound, video or creator."""
    id: str
    name: str
    score: float
    """No unit; comparable within one kind, place and window."""
    observed: int
    """People since it moves; one who came back on another day counts again."""
    expected: float
    """People that its own past, the hour of day and the weekday let expect."""
    factor: float
    """observed / expected, as the night computed it."""
    since: int
    """When it started to move, epoch ms."""
    hours: int
    """The window, hours."""
    country: str
    """ISO 3166-1 alpha-2; ZZ for the world."""
    language: str
    """ISO 639-1 or 639-3; und for every language."""
    series: tuple[int, ...]
    """People an hour, oldest first."""
    videos: tuple[str, ...]
    """Up to three of the videos that brought most people; never empty."""
    countries: Mapping[str, int]
    """Where most of its people are, worldwide."""
    also: tuple[str, ...]
    """Near-equal tags, or others by the same creator, that this entry stands for."""
    words: tuple[str, ...]
    """Of a topic, those that tell it from others."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A trend on which nobody has decided yet."""

    id: str
    score: float
    """The greatest of its lists."""
    lists: int
    """In how many places and windows it is listed."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge, as a viewer may see it."""

    id: str
    title: str | None
    description: str | None
    rules: str | None
    charity: bool
    starts_at: int | None
    """Epoch ms, inclusive; and ``ends_at``."""
    ends_at: int | None
    hashtags: tuple[str, ...]
    """What marks a video of it; and ``sounds``."""
    sounds: tuple[str, ...]
    launched_by: str | None
    """None where nobody is said, or who did is under 16 or of unknown age."""
    sponsored_by: tuple[str, ...]
    videos: int
    creators: int
    pairs: int
    """User–video pairs of its videos."""
    points: float
    """Their sum."""
    top: tuple[str, ...]
    """Up to ten videos, by what the night expects of them."""


@dataclass(frozen=True, slots=True)
class ChallengeFor:
    """A challenge that a person may like to take up."""

    challenge_id: str
    title: str
    score: float
    """Sum of ``parts``."""
    parts: Mapping[str, float]
    """similar, followed, trending; 0 … 1 each."""
    videos: tuple[str, ...]
    """Up to three that show it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person is asked to create together with its author."""

    video_id: str
    caption: str | None
    invited_by: str
    challenge_ids: tuple[str, ...]
    """What the video answers."""
    at: int
    """Epoch ms."""


@dataclass(frozen=True, slots=True)
class CreatorFor:
    """A creator who may suit a challenge or a brand."""

    user_id: str
    score: float
    """fit · log(1 + views) · (1 + points a viewer); comparable within one answer."""
    fit: float
    """How near her videos lie to its own, 1 for the nearest creator."""
    views: int
    """Viewers of her videos, added up: who viewed two of them counts twice."""
    points_per_viewer: float
    """Her engagement rate on the point scale, 0 … 30."""
    overlap: float
    """Share of her viewers whom it has reached already, 0 … 1."""


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
    topic: str | None = None
    """The name of what the video is about, as the last night found it: telling hashtags or words."""

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


@dataclass(frozen=True, slots=True)
class Takedown:
    """A video taken down."""

    video_id: str
    at: int
    """Epoch ms."""
    trends: int
    """Stored trends that it was in; 0 with countries: it stays in them for viewers elsewhere."""
    withheld_in: tuple[str, ...] = ()
    """Countries in which it may not be shown now, ascending; empty where it was taken down everywhere."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """A proposed rating that does not hold."""

    video_id: str
    proposed: str | None
    """What analysis had proposed."""
    rating: str | None
    """What holds now: what the catalogue told; None: unknown."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed from the graph."""

    kind: str
    """user or video."""
    id: str
    found: bool
    """False: it was not in the graph (any more)."""
    videos: tuple[str, ...]
    """Videos erased with her."""
    kept: tuple[str, ...]
    """Videos that she had a part in and that stay, without her."""
    edges: int
    pulses: int
    """Pulses of which cells went that could have been hers alone."""
    texts: int
    """Texts of others in which her mention was blanked."""
