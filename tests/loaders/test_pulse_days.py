"""Pulses as they are stored: every cell once, told alike to an import and over Bolt, and written where they differ."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.pulse import PULSE_CELLS, Pulses
from contentgraph.loaders import pulse_days
from contentgraph.loaders.pulse_days import PulseDays, put_pulses

HOURS: Any = SimpleNamespace(cells=[("FR", "fr"), ("US", "en"), ("ZZ", "und")])


def drawn(seed: int, cells: int) -> Pulses:
    """Cells of few entities and days, in their order, each once."""
    rng = np.random.default_rng(seed)
    keys = np.sort(rng.choice(4 * 72 * 3, cells, replace=False))
    counts = rng.integers(0, 9, (5, cells)).astype(np.int32)
    users, people, pairs, pushed, videos = counts
    return Pulses(
        entity=(keys // 216).astype(np.int32), hour=keys // 3 % 72 * HOUR_MS, cell=(keys % 3).astype(np.int32),
        users=users, people=people, pairs=pairs, pushed=pushed, videos=videos, points=rng.random(cells),
    )  # fmt: skip


def one_by_one(found: Pulses) -> dict[tuple[str, int], dict[str, list[object]]]:
    """(entity, day) → the parallel lists."""
    told: dict[tuple[str, int], dict[str, list[object]]] = {}
    for place in range(found.entity.size):
        hour = int(found.hour[place])
        key = "abcd"[found.entity[place]], hour // DAY_MS * DAY_MS
        lists = told.setdefault(key, {name: [] for name in PULSE_CELLS})
        country, language = HOURS.cells[found.cell[place]]
        counts = [int(getattr(found, name)[place]) for name in PULSE_CELLS[3:8]]
        for name, value in zip(
            PULSE_CELLS, [hour, country, language, *counts, round(float(found.points[place]), 6)], strict=True
        ):
            lists[name].append(value)
    return told


class Graph:
    """What a graph holds of one kind of pulses, and what was written to it."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, int], dict[str, Any]] = {}
        self.written: list[tuple[str, str]] = []

    def pages(self, name: str, *, since: int, **_: object) -> list[dict[str, Any]]:
        assert name == "night_pulse_sums"
        told: dict[str, list[tuple[int, int]]] = {}
        for (entity, day), row in self.held.items():
            if day >= since:
                told.setdefault(entity, []).append((day, row["checksum"] or 0))
        return [
            {"entity": entity, "days": [day for day, _ in rows], "checksums": [checksum for _, checksum in rows]}
            for entity, rows in sorted(told.items())
        ]

    def write(self, name: str, rows: list[dict[str, Any]], **_: object) -> None:
        for row in rows:
            key = row["entity"], row["day"]
            self.written.append((name, row["entity"]))
            if name == "put_pulses":
                self.held[key] = {"checksum": row["checksum"], "cells": row["cells"]}
            else:
                del self.held[key]

    def put(self, *found: Pulses, since: int = 0) -> int:
        self.written = []
        return put_pulses(self, "sound", "abcd", found, HOURS, lambda _: None, since)  # type: ignore[arg-type]


@pytest.mark.parametrize("batch", [1, 7, 5_000])
@pytest.mark.parametrize("cells", [0, 1, 60, 500])
def test_what_is_stored_is_every_cell_once(monkeypatch: pytest.MonkeyPatch, cells: int, batch: int) -> None:
    monkeypatch.setattr(pulse_days, "BATCH", batch)
    found, graph = drawn(cells, cells), Graph()
    graph.put(found)
    assert {key: row["cells"] for key, row in graph.held.items()} == one_by_one(found)
    assert len(PulseDays("abcd", found, HOURS)) == len(graph.held) == len(graph.written)
    graph.put(found)
    assert graph.written == []


@pytest.mark.parametrize("step", [1, 5, 1_000])
def test_columns_tell_what_rows_tell(step: int) -> None:
    days = PulseDays("abcd", drawn(3, 300), HOURS)
    rows = days.rows(np.arange(len(days)))
    told = []
    for first in range(0, len(days), step):
        columns = days.columns(first, min(first + step, len(days)))
        told += [dict(zip(columns, row, strict=True)) for row in zip(*map(list, columns.values()), strict=True)]
    plain = [{name: value.as_py() for name, value in row.items()} for row in told]
    assert plain == [{key: row[key] for key in ("entity", "day", "checksum")} | row["cells"] for row in rows]


@pytest.mark.parametrize("name", ["users", "people", "pairs", "pushed", "videos", "points", "cell", "hour"])
def test_any_cell_that_moved_is_written(name: str) -> None:
    """One number of one cell, and only its entity and day."""
    found, graph = drawn(5, 80), Graph()
    graph.put(found)
    column = getattr(found, name).copy()
    last = column.size - 1
    column[last] = (column[last] + 1) % 3 if name == "cell" else column[last] + 1
    graph.put(replace(found, **{name: column}))
    assert graph.written == [("put_pulses", "abcd"[found.entity[last]])]


def test_a_cell_less_a_day_less_and_an_entity_less() -> None:
    found, graph = drawn(6, 200), Graph()
    graph.held["z", 0] = {"checksum": 3, "cells": {}}
    graph.put(found)
    assert ("drop_pulses", "z") in graph.written
    kept = np.flatnonzero((found.entity != 1) & ~((found.entity == 2) & (found.hour < DAY_MS)))[:-1]
    less = Pulses(*(getattr(found, column)[kept] for column in Pulses.__dataclass_fields__))
    graph.put(less)
    assert {key: row["cells"] for key, row in graph.held.items()} == one_by_one(less)
    assert sorted(graph.written) == [*[("drop_pulses", "b")] * 3, ("drop_pulses", "c"), ("put_pulses", "d")]


def test_days_before_since_stay_and_a_pulse_without_a_checksum_is_written_again() -> None:
    found, graph = drawn(7, 150), Graph()
    graph.put(found)
    early = [key for key in graph.held if key[1] < DAY_MS]
    for key in early[:1]:
        graph.held[key] = {"checksum": None, "cells": {"hours": []}}
    graph.put(found, since=DAY_MS)
    assert graph.written == []
    graph.put(found)
    assert graph.written == [("put_pulses", early[0][0])]


def test_the_checksum_knows_places_by_name_and_not_by_number() -> None:
    """Another night has other places, so other numbers."""
    found = drawn(8, 50)
    other: Any = SimpleNamespace(cells=[("AA", "aa"), *HOURS.cells])
    moved = replace(found, cell=found.cell + np.int32(1))
    assert PulseDays("abcd", found, HOURS).checksums.tolist() == PulseDays("abcd", moved, other).checksums.tolist()
