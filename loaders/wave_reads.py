"""The waves read back: videos in their waves, the floors that the prior rests on, and who may be shown something."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.graph.wave_night import HOUR_MS, Exposures, Trials, base_cells
from contentgraph.graph.wave_rules import WaveRule
from contentgraph.graph.wave_states import BOOSTED, OPEN, State
from contentgraph.loaders.wave_ledger import read_ledger

Ints = npt.NDArray[np.int64]
DAY_MS = 24 * HOUR_MS
FRESH_DAYS = 7
"""An account younger than this is no test viewer."""
ACTIVE_DAYS = 7
"""Test viewers engaged with something new within so many days."""


@dataclass(slots=True)
class Board:
    """All that a step decides on."""

    tested: Trials
    floor: Exposures
    """The first people of each video of the last weeks."""
    floor_base: Ints
    """Cell of each video that ``floor.video`` counts."""
    cells: int
    """Number of cells of one source."""
    later: Exposures
    """Random people of videos boosted to everyone, after the decision; videos as in ``tested``."""
    later_people: Ints
    group: dict[str, str]
    """Cell of each video in words."""
    spent: float
    """Σ (1 - p - aim) over the promotions of the last weeks."""
    viewers: Vocabulary
    free: Ints
    """Test slots that each viewer still has today."""
    taken: int
    """Test slots given today, waiting or shown."""


def read_board(database: Database, rule: WaveRule, now: int, memory_ms: int) -> Board:
    """Read what a step at ``now`` needs; floors and promotions of the last ``memory_ms``."""
    since = now - 2 * int(rule.open_hours * HOUR_MS)
    states = [str(state) for state in [*OPEN, *BOOSTED]]
    rows = sorted(
        (dict(record) for record in database.stream("night_wave_videos", fetch_size=2_000, states=states, since=since)),
        key=lambda row: str(row["id"]),
    )
    floors = [
        dict(record)
        for record in database.stream("night_wave_floor", fetch_size=2_000, since=now - memory_ms, floor=rule.floor)
    ]
    both = [*rows, *floors]
    base = base_cells(
        np.array([-1 if row["durationMs"] is None else row["durationMs"] for row in both], dtype=np.int64),
        [row["language"] or "und" for row in both],
    )
    state = np.array([State(row["state"]) for row in rows], dtype=object)
    later = _exposures(rows, "later")

    def whole(name: str) -> Ints:
        return np.array([row[name] or 0 for row in rows], dtype=np.int64)

    tested = Trials(
        ids=[row["id"] for row in rows],
        state=state,
        wave=whole("wave"),
        decisions=whole("decisions"),
        born=whole("createdAt"),
        cell=base[: len(rows)],
        gone=np.array([row["gone"] for row in rows], dtype=np.bool_),
        waiting=whole("waiting"),
        shown=whole("shown"),
        running=whole("running"),
        fans=whole("fans"),
        seen=_exposures(rows, "codes"),
    )
    promoted = read_ledger(database, now - memory_ms, map(str, BOOSTED))
    odds = [one.everyone.posterior if one.after == State.EVERYONE else one.circle.posterior for one in promoted]
    viewers, free, taken = _viewers(database, rule, now)
    return Board(
        tested=tested,
        floor=_exposures(floors, "codes"),
        floor_base=base[len(rows) :],
        cells=int(base.max()) + 1 if base.size else 1,
        later=later,
        later_people=np.bincount(later.video, minlength=len(rows)).astype(np.int64),
        group={
            str(row.get("id", row.get("videoId"))): f"cell {cell} ({row['language'] or 'und'})"
            for row, cell in zip(both, base.tolist(), strict=True)
        },
        spent=sum(1.0 - p - rule.aim for p in odds),
        viewers=viewers,
        free=free,
        taken=taken,
    )


def _exposures(rows: list[dict[str, list[int]]], column: str) -> Exposures:
    """The people of a column of codes: flags + 32 · source."""
    codes = np.array([code for row in rows for code in row[column]], dtype=np.int64)
    video = np.repeat(np.arange(len(rows)), [len(row[column]) for row in rows])
    return Exposures(video, codes // 32, codes % 32)


def _viewers(database: Database, rule: WaveRule, now: int) -> tuple[Vocabulary, Ints, int]:
    found = database.stream(
        "night_wave_viewers", fetch_size=10_000, since=now - ACTIVE_DAYS * DAY_MS, fresh=now - FRESH_DAYS * DAY_MS
    )
    viewers = Vocabulary(record["userId"] for record in found)
    free = np.full(len(viewers), rule.per_viewer, dtype=np.int64)
    taken = 0
    for record in database.stream("night_wave_taken", fetch_size=10_000, after=now - DAY_MS):
        taken += record["slots"]
        place = int(viewers.index([record["userId"]], missing="negative")[0])
        if place >= 0:
            free[place] = max(0, free[place] - record["slots"])
    return viewers, free, taken
