"""What a campaign did: reach, points, who joined in, and how much more than without it; small cells withheld.

A cell of fewer than ``SMALL`` viewers is withheld. Where one cell alone of a breakdown is, the smallest of the others
goes with it, so that the sum of the shown ones does not give it away (complementary suppression).

Lift compares those to whom it was shown with those held back at random: (joined / shown) / (joined / held back) - 1,
with Katz's interval of a ratio of two rates, log-normal: Katz et al., Biometrics 1978, doi:10.2307/2530610.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALL = 10
"""Viewers below which a cell is withheld."""
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

    @property
    def points_per_viewer(self) -> float:
        """0 where there is no viewer."""
        return self.points / self.viewers if self.viewers else 0.0

    @property
    def participation(self) -> float:
        """Share of viewers who joined in; 0 where there is no viewer."""
        return self.participants / self.viewers if self.viewers else 0.0


NOTHING = Cell(0, 0, 0.0, 0)


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

    total: Cell | None
    """None where it is small itself."""
    reach: int
    """People to whom it was shown or played; those who have played it are its viewers."""
    by_country: Mapping[str, Cell | None]
    """None: withheld."""
    by_age: Mapping[str, Cell | None]
    lift: Lift | None
    """None where nobody was held back, or too few."""


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
    return Report(
        total=total if total.viewers >= small else None,
        reach=reach,
        by_country=suppressed(dict(sorted(countries.items())), small),
        by_age=suppressed(ordered, small),
        lift=lift(*arms, small=small) if arms else None,
    )


def suppressed(cells: Mapping[str, Cell], small: int = SMALL) -> dict[str, Cell | None]:
    """Small cells withheld, and one more where a single one would follow from the total.

    A cell is small where it has 1 to ``small`` - 1 viewers, or where that many of its viewers did join or did not.
    """
    hidden = {name for name, cell in cells.items() if 0 < cell.viewers < small}
    if len(hidden) == 1 and len(cells) > 1:
        hidden.add(min((name for name in cells if name not in hidden), key=lambda name: (cells[name].viewers, name)))
    return {name: None if name in hidden else cell for name, cell in cells.items()}


def lift(shown: tuple[int, int], held: tuple[int, int], small: int = SMALL) -> Lift | None:
    """The lift of (people, joined) shown against held back; None below ``small`` people or without one who joined."""
    (people, joined), (others, control) = shown, held
    if min(people, others) < small or not joined or not control:
        return None
    ratio = (joined / people) / (control / others)
    spread = Z95 * math.sqrt(1.0 / joined - 1.0 / people + 1.0 / control - 1.0 / others)
    return Lift(people, others, ratio, ratio * math.exp(-spread), ratio * math.exp(spread))


def rows(found: Report) -> list[tuple[str, str, str, str, str, str, str]]:
    """The report as a table: breakdown, cell, viewers, views, points a viewer, participants, participation."""
    table = [("breakdown", "cell", "viewers", "views", "pointsPerViewer", "participants", "participation")]
    told: list[tuple[str, str, Cell | None]] = [("total", "all", found.total)]
    told += [("country", name, cell) for name, cell in found.by_country.items()]
    told += [("age", name, cell) for name, cell in found.by_age.items()]
    for breakdown, name, cell in told:
        figures = ("withheld",) * 5 if cell is None else (
            str(cell.viewers), str(cell.views), f"{cell.points_per_viewer:.4f}", str(cell.participants),
            f"{cell.participation:.4f}",
        )  # fmt: skip
        table.append((breakdown, name, *figures))
    return table
