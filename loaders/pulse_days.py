"""Pulses as they are stored, an entity and day each: as columns of files for the import, and as what differs by Bolt.

A stored pulse carries the checksum of its cells, so what stands in the graph is told by a number each and not read.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from contentgraph.cypher import Database
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.pulse import PULSE_CELLS, Pulses
from contentgraph.graph.pulse_kernel import checksums
from contentgraph.loaders.hours import Hours
from contentgraph.loaders.import_files import Cells
from contentgraph.loaders.writeback import Progress, Row, write

Whole = npt.NDArray[np.int64]

BATCH = 5_000
"""Pulses a transaction."""
SPAN = 1 << 20
"""More days than the epoch will see: an entity and a day are one number."""
POINTS_DIGITS = 6
"""Decimals kept of points."""


@dataclass(frozen=True)
class PulseDays:
    """The pulses of one kind cut into days, ordered by entity and day."""

    entities: Sequence[str]
    found: Pulses = field(repr=False)
    hours: Hours = field(repr=False)

    @cached_property
    def bounds(self) -> Whole:
        """[days + 1] where each begins among the cells."""
        day = self.found.hour // DAY_MS
        changes = (self.found.entity[1:] != self.found.entity[:-1]) | (day[1:] != day[:-1])
        starts = np.flatnonzero(np.r_[True, changes]) if day.size else day
        return np.append(starts, day.size).astype(np.int64)

    def __len__(self) -> int:
        """How many."""
        return self.bounds.size - 1

    @cached_property
    def entity(self) -> npt.NDArray[np.int32]:
        """[days] index into ``entities``."""
        return self.found.entity[self.bounds[:-1]]

    @cached_property
    def day(self) -> Whole:
        """[days] start of the day, epoch ms."""
        return self.found.hour[self.bounds[:-1]] // DAY_MS * DAY_MS

    @cached_property
    def checksums(self) -> Whole:
        """[days] a number that differs where the cells of a pulse do, the same in every process and store."""
        names = ("\0".join(cell).encode() for cell in self.hours.cells)
        where = np.array([int.from_bytes(blake2b(name, digest_size=8).digest()) for name in names], dtype=np.uint64)
        found, points = self.found, np.round(self.found.points, POINTS_DIGITS)
        told: Whole = checksums(
            self.bounds, found.hour, found.cell, where, found.users, found.people, found.pairs, found.pushed,
            found.videos, points.view(np.int64),
        )  # fmt: skip
        return told

    @cached_property
    def _names(self) -> pa.StringArray:
        return pa.array(self.entities, pa.string())

    def columns(self, first: int, last: int) -> dict[str, Cells]:
        """The days from ``first`` to ``last`` (exclusive) as columns of a store: entity, day, checksum and cells."""
        days = slice(first, last)
        offsets = pa.array((self.bounds[first : last + 1] - self.bounds[first]).astype(np.int32))
        return {
            "entity": self._names.take(_numbers(self.entity[days])),
            "day": pa.array(self.day[days]),
            "checksum": pa.array(self.checksums[days]),
            **{
                name: pa.ListArray.from_arrays(offsets, values)
                for name, values in self._cells(slice(int(self.bounds[first]), int(self.bounds[last]))).items()
            },
        }

    def rows(self, chosen: Whole) -> list[Row]:
        """Some of them, each with its cells as parallel lists."""
        sizes = self.bounds[chosen + 1] - self.bounds[chosen]
        ends = np.cumsum(sizes)
        cells = np.repeat(self.bounds[chosen] - (ends - sizes), sizes) + np.arange(sizes.sum())
        columns = {name: values.to_pylist() for name, values in self._cells(cells).items()}
        heads = zip(
            chosen.tolist(), self.checksums[chosen].tolist(), (ends - sizes).tolist(), ends.tolist(), strict=True
        )
        return [
            {
                "entity": self.entities[self.entity[place]],
                "day": int(self.day[place]),
                "checksum": checksum,
                "cells": {name: values[first:last] for name, values in columns.items()},
            }
            for place, checksum, first, last in heads
        ]

    def _cells(self, some: "Whole | slice") -> dict[str, Cells]:
        found = self.found
        where = _numbers(found.cell[some])
        countries, languages = (pa.array(each).take(where) for each in zip(*self.hours.cells, strict=True))
        columns = (
            pa.array(found.hour[some]), countries, languages,
            *(pa.array(each[some].astype(np.int64))
              for each in (found.users, found.people, found.pairs, found.pushed, found.videos)),
            pa.array(np.round(found.points[some], POINTS_DIGITS)),
        )  # fmt: skip
        return dict(zip(PULSE_CELLS, columns, strict=True))


def _numbers(index: npt.NDArray[np.int32]) -> pa.Int32Array:
    return pa.array(index, pa.int32())


def put_pulses(
    database: Database,
    kind: str,
    entities: Sequence[str],
    found: Iterable[Pulses],
    hours: Hours,
    progress: Progress,
    since: int = 0,
) -> int:
    """Overwrite the pulses (an entity and day each) that changed, drop those that are gone; pulses written.

    ``found``: pulses of entities or days that do not overlap, by the hour or by the day. Days before ``since`` (epoch
    ms) stay as they are.
    """
    places = {name: place for place, name in enumerate(entities)}
    keys, sums = array("q"), array("q")
    gone: list[Row] = []
    for record in database.pages("night_pulse_sums", kind=kind, since=since):
        place = places.get(record["entity"])
        if place is None:
            gone += [{"entity": record["entity"], "day": day} for day in record["days"]]
        else:
            keys.extend(place * SPAN + day // DAY_MS for day in record["days"])
            sums.extend(record["checksums"])
    stored, stands = np.array(keys, dtype=np.int64), np.array(sums, dtype=np.int64)
    order = np.argsort(stored)
    stored, stands = stored[order], stands[order]
    seen = np.zeros(stored.size, dtype=np.bool_)
    written = 0
    for each in (PulseDays(entities, pulses, hours) for pulses in found):
        wanted = each.entity * np.int64(SPAN) + each.day // DAY_MS
        at = np.minimum(np.searchsorted(stored, wanted), max(stored.size - 1, 0))
        there = stored[at] == wanted if stored.size else np.zeros(wanted.size, dtype=np.bool_)
        seen[at[there]] = True
        same = there.copy()
        same[there] = stands[at[there]] == each.checksums[there]
        differs = np.flatnonzero(~same & (each.day >= since))
        for start in range(0, differs.size, BATCH):
            rows = each.rows(differs[start : start + BATCH])
            written += write(database, "put_pulses", rows, BATCH, progress, kind=kind)
    left = np.flatnonzero(~seen)
    gone += [
        {"entity": entities[place], "day": day}
        for place, day in zip((stored[left] // SPAN).tolist(), (stored[left] % SPAN * DAY_MS).tolist(), strict=True)
    ]
    return written + write(database, "drop_pulses", gone, 10_000, progress, kind=kind)
