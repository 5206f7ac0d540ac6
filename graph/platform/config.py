"""What a generated platform is asked to be: sizes, span of time, world of taste, noise."""

from dataclasses import dataclass

from contentgraph.errors import UsageError
from contentgraph.graph.durations import DAY_MS

WORLDS = ("communities", "continuous", "drifting")
"""How tastes are laid out: around a few centres; anywhere on a sphere; around centres between which people move."""

_EARLIEST_MS = 1_230_768_000_000  # 2009-01-01: accounts reach back 2 years, and nothing may be older than 2005
_LATEST_MS = 4_102_444_800_000  # 2100-01-01
_LARGEST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """The arguments of one generated platform; equal arguments give equal platforms.

    Raises :class:`~contentgraph.errors.UsageError` when a value cannot be used.
    """

    users: int
    """Accounts, viewers and creators alike; at least 2."""
    videos: int
    """Videos; at least 1."""
    events: int
    """Rows of the event log, exactly; at least 1."""
    until: int
    """End of the log, epoch milliseconds, inclusive: nothing happens later."""
    days: int = 14
    """Length of the log before ``until``, days."""
    seed: int = 1
    """Seed of the one random generator; at least 0."""
    taste: str = "communities"
    """One of :data:`WORLDS`."""
    noise: float = 1.0
    """Chance relative to taste: every taste term (of outcomes and of what is shown) is divided by it; over 0."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("users", 2, _LARGEST),
            ("videos", 1, _LARGEST),
            ("events", 1, _LARGEST),
            ("days", 1, 3650),
            ("seed", 0, 2**63 - 1),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                raise UsageError(f"{name} is {value!r}; give a whole number from {least} to {most}")
        if not isinstance(self.until, int) or self.start < _EARLIEST_MS or self.until > _LATEST_MS:
            raise UsageError(
                f"until is {self.until!r} with {self.days} days before it; give an end in epoch milliseconds "
                "so that the log lies between 2009-01-01 and 2100-01-01"
            )
        if self.taste not in WORLDS:
            raise UsageError(f"taste is {self.taste!r}; choose one of {', '.join(WORLDS)}")
        if not 0.01 <= self.noise <= 1000:
            raise UsageError(f"noise is {self.noise!r}; give a number from 0.01 (taste decides) to 1000 (chance does)")

    @property
    def start(self) -> int:
        """Begin of the log, epoch milliseconds, inclusive."""
        return self.until - self.days * DAY_MS
