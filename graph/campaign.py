"""What a campaign did: reach, points, who joined in, and how much more than without it; small cells withheld.

No figure tells of 1 to ``SMALL`` - 1 people. A cell with so few viewers is withheld, and so is who joined where so
few of its viewers did, or did not. Of each breakdown more cells go with these, the smallest first, until two or more
are withheld and what is left of the total after the shown ones tells of no such few either (complementary suppression).

Lift compares those to whom it was shown with those held back at random: (joined / shown) / (joined / held back) - 1,
with Katz's interval of a ratio of two rates, log-normal: Katz et al., Biometrics 1978, doi:10.2307/2530610. Only people
count whose first time was while that share was held back: before and after it everybody would be among those shown.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALL = 10
"""People below which no figure tells of them."""
WITHHELD = "withheld"
BANDS = ("16-24", "25-29", "30-50", "51+", "other")
"""Ages; ``other`` is unknown or under 16, never told apart."""
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of some viewers."""

    viewers: int
    """Distinct people to whom a video of it was played."""
    views: int
    """User–video pairs."""
    points: float
    """Points of those pairs."""
    participants: int
    """Of those people, how many made a video of it."""

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.viewers + other.viewers,
            self.views + other.views,
            self.points + other.points,
            self.participants + other.participants,
        )


NOTHING = Cell(0, 0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a cell."""

    viewers: int
    views: int
    points: float
    participants: int | None
    """None: withheld."""

    @property
    def points_per_viewer(self) -> float:
        """0 where there is no viewer."""
        return self.points / self.viewers if self.viewers else 0.0

    @property
    def participation(self) -> float | None:
        """Share of viewers who joined in, 0 where there is no viewer; None where that is withheld."""
        if self.participants is None:
            return None
        return self.participants / self.viewers if self.viewers else 0.0


@dataclass(frozen=True, slots=True)
class Lift:
    """Joining in, shown against held back."""

    shown: int
    """People."""
    held_back: int
    ratio: float
    """Rate of joining of those shown over that of those held back; 1 is no effect."""
    low: float
    high: float
    """Ends of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class Report:
    """A campaign in numbers."""

    total: Figures | None
    """None where it is small itself."""
    reach: int | None
    """People to whom it was shown or played; those who have played it are its viewers. None where those are few."""
    by_country: Mapping[str, Figures | None]
    """None: withheld."""
    by_age: Mapping[str, Figures | None]
    lift: Lift | None
    """None where nobody was held back, or too few of either joined, or too few did not."""


def report(
    cells: Iterable[tuple[str, str, Cell]],
    *,
    reach: int,
    arms: tuple[tuple[int, int], tuple[int, int]] | None = None,
    small: int = SMALL,
) -> Report:
    """The report of disjoint (country, age band, counts) cells of people.

    ``arms``: (people, joined) of those shown, and of those held back.
    """
    countries: dict[str, Cell] = {}
    ages: dict[str, Cell] = {}
    total = NOTHING
    for country, band, cell in cells:
        countries[country] = countries.get(country, NOTHING) + cell
        ages[band] = ages.get(band, NOTHING) + cell
        total = total + cell
    ordered = {band: ages[band] for band in BANDS if band in ages}
    told = suppressed({"": total}, small)[""]
    compared = lift(*arms, small=small) if arms else None
    others = reach - compared.shown if compared else reach
    return Report(
        total=told,
        reach=None if told is None or 0 < reach < small or 0 < others < small else reach,
        by_country=suppressed(dict(sorted(countries.items())), small),
        by_age=suppressed(ordered, small),
        lift=compared,
    )


def suppressed(cells: Mapping[str, Cell], small: int = SMALL) -> dict[str, Figures | None]:
    """What may be told of the disjoint cells of one breakdown beside its total; None: withheld."""
    without = _withheld(cells, {name: (cell.viewers,) for name, cell in cells.items()}, set(), small)
    joining = {name: (cell.participants, cell.viewers - cell.participants) for name, cell in cells.items()}
    silent = _withheld(cells, joining, without, small)
    return {
        name: None
        if name in without
        else Figures(cell.viewers, cell.views, cell.points, None if name in silent else cell.participants)
        for name, cell in cells.items()
    }


def _withheld(
    cells: Mapping[str, Cell], people: Mapping[str, tuple[int, ...]], before: set[str], small: int
) -> set[str]:
    """Cells whose numbers of ``people`` may not be told, those withheld ``before`` among them."""

    def tell(names: set[str]) -> bool:
        return any(0 < count < small for count in map(sum, zip(*(people[name] for name in names), strict=True)))

    hidden = before | {name for name in cells if tell({name})}
    rest = sorted(cells.keys() - hidden, key=lambda name: (-cells[name].viewers, name))
    while hidden and rest and (len(hidden) == 1 or tell(hidden)):
        hidden.add(rest.pop())
    return hidden


def lift(shown: tuple[int, int], held: tuple[int, int], small: int = SMALL) -> Lift | None:
    """The lift of (people, joined) shown against held back.

    None where fewer than ``small`` of either joined, or 1 to ``small`` - 1 of either did not.
    """
    (people, joined), (others, control) = shown, held
    if min(joined, control) < max(small, 1) or any(0 < left < small for left in (people - joined, others - control)):
        return None
    ratio = (joined / people) / (control / others)
    spread = Z95 * math.sqrt(1.0 / joined - 1.0 / people + 1.0 / control - 1.0 / others)
    return Lift(people, others, ratio, ratio * math.exp(-spread), ratio * math.exp(spread))


def rows(found: Report) -> list[tuple[str, str, str, str, str, str, str]]:
    """The report as a table: breakdown, cell, viewers, views, points a viewer, participants, participation."""
    table = [("breakdown", "cell", "viewers", "views", "pointsPerViewer", "participants", "participation")]
    told: list[tuple[str, str, Figures | None]] = [("total", "all", found.total)]
    told += [("country", name, cell) for name, cell in found.by_country.items()]
    told += [("age", name, cell) for name, cell in found.by_age.items()]
    for breakdown, name, cell in told:
        joined, share = (None, None) if cell is None else (cell.participants, cell.participation)
        viewed = (WITHHELD,) * 3 if cell is None else (
            str(cell.viewers), str(cell.views), f"{cell.points_per_viewer:.4f}",
        )  # fmt: skip
        joining = (WITHHELD,) * 2 if joined is None else (str(joined), f"{share:.4f}")
        table.append((breakdown, name, *viewed, *joining))
    return table
