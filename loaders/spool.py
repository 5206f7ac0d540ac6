"""The check phase: sources in, checked events in a Parquet file and merged catalogue states in memory out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Literal, TypeVar

from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.graph.catalogue import CatalogueRow, CatalogueState, check_row, empty_state, merge
from contentgraph.graph.counters import Counter as Snapshot
from contentgraph.graph.counters import check_counter, join_counters
from contentgraph.graph.erasure import ERASED, WITHHELD, Tombstones
from contentgraph.graph.events import EventFields, event_fields
from contentgraph.graph.folded import FOLDED, refuse_folded
from contentgraph.graph.properties import Table
from contentgraph.loaders.event_spool import EventSpool
from contentgraph.loaders.raw import Raw, Rejected, Row, Source
from contentgraph.loaders.rejects import RejectWriter

States = dict[str, CatalogueState]
_Told = TypeVar("_Told", EventFields, CatalogueRow)
_Fact = EventFields | Snapshot | CatalogueRow
_NUMBER = itemgetter(1)  # of a Raw: its line
_PROGRESS_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found right, and how much it read and turned away."""

    events_path: Path  # Parquet with contentgraph.loaders.event_spool.SCHEMA
    events: int  # rows in it
    rows: Mapping[Table, States]  # per table: id → merged state; its ids are the announced ones
    counters: list[Snapshot]  # by video and time, one of each
    rejected: Counter[str]  # by reason code, the unusable ones included
    read: int  # rows read: lines, CSV rows, items, Parquet rows


def check(
    sources: Iterable[Source],
    work: Path,
    *,
    now: int,
    rejects: RejectWriter,
    on_progress: Callable[[int], None] | None = None,
    erased: Tombstones | None = None,
    folded_before: int = 0,
) -> Checked:
    """Stream all ``sources`` through the checks; ``now`` is epoch ms, ``work`` an existing folder for the spool.

    A row that yields several facts is taken whole or rejected once. ``on_progress`` is told the rows read so far.
    What names one of the ``erased`` is rejected without a copy of the row, and so is an event on a video from before
    ``folded_before``, epoch ms; what else its row says (a hide) is taken.

    Raises:
        UsageError: ``work`` or the folder of rejects cannot be written.
    """
    try:
        with EventSpool(work / "events.parquet") as spool:
            state = _Check(now, rejects, spool, erased, folded_before)
            for source in sources:
                state.run(source, on_progress)
    except OSError as error:
        where = error.filename or work
        raise UsageError(f"{where}: {error.strerror or error}; make room, or name another work folder") from None
    if on_progress is not None:
        on_progress(state.read)
    counters = [state.counters[key] for key in sorted(state.counters)]
    return Checked(spool.path, spool.rows, state.rows, counters, Counter(rejects.counts), state.read)


def _erased() -> InvalidEvent:
    return InvalidEvent(ERASED, WITHHELD)


def _left(known: _Told | None) -> _Told:
    """What a row says without the erased.

    Raises:
        InvalidEvent: nothing is left of it.
    """
    if known is None:
        raise _erased()
    return known


class _Check:
    """The state of one check."""

    def __init__(
        self, now: int, rejects: RejectWriter, spool: EventSpool, erased: Tombstones | None, folded_before: int
    ) -> None:
        self.now = now
        self.folded_before = folded_before
        self.erased = erased or None
        self.rejects = rejects
        self.spool = spool
        self.rows: dict[Table, States] = {"users": {}, "videos": {}, "challenges": {}}
        self.counters: dict[tuple[str, int], Snapshot] = {}
        self.read = 0

    def run(self, source: Source, on_progress: Callable[[int], None] | None) -> None:
        for number, told in groupby(source.rows(self.now), _NUMBER):
            if not number:  # of the file as a whole: each a row by itself
                for raw in told:
                    self._row(source, (raw,))
                continue
            self.read += 1
            if on_progress is not None and self.read % _PROGRESS_ROWS == 0:
                on_progress(self.read)
            self._row(source, told)

    def _row(self, source: Source, told: Iterable[Raw]) -> None:
        """Take the facts of one row once all of them are checked; with a fault none is, and it is the one reject.

        A folded fact is left out alone. What was erased takes the facts after it along, not those before: a video
        stays whose author is gone.
        """
        facts: list[_Fact] = []
        refused: tuple[Raw, InvalidEvent] | None = None
        for raw in told:
            value = raw.value
            if isinstance(value, Rejected):
                self._reject(raw, value.reason, value.message, value.row)
                continue
            try:
                if raw.table == "events":
                    facts.append(self._event(value))
                else:
                    facts.append(self._described(raw.table, value, source.stated_at))
            except InvalidEvent as error:
                if error.reason not in (FOLDED, ERASED):
                    facts, refused = [], (raw, error)
                    break
                refused = refused or (raw, error)
                if error.reason == ERASED:
                    break
        for fact in facts:
            self._take(fact, source)
        if refused is not None:
            raw, why = refused
            self._reject(raw, why.reason, str(why), raw.value)

    def _event(self, value: Row) -> EventFields:
        """The event that a row tells.

        Raises:
            InvalidEvent: it is none, is folded, or names the erased.
        """
        event = event_fields(value, self.now)
        if event[2] < self.folded_before:
            refuse_folded(event[0], event[2], self.folded_before)
        return event if self.erased is None else _left(self.erased.event(event))

    def _described(self, table: Table | Literal["counters"], value: Row, stated_at: int) -> Snapshot | CatalogueRow:
        """The counters or the catalogue row that a row tells.

        Raises:
            InvalidEvent: it is neither, or names the erased.
        """
        if table == "counters":
            snapshot = check_counter(value, now=self.now)
            if self.erased is not None and self.erased.video(snapshot.video_id):
                raise _erased()
            return snapshot
        row = check_row(table, value, stated_at=stated_at, now=self.now)
        return row if self.erased is None else _left(self.erased.row(row))

    def _take(self, fact: _Fact, source: Source) -> None:
        if isinstance(fact, tuple):
            self.spool.append(fact)
            if source.announces:
                self._announce(fact)
        elif isinstance(fact, Snapshot):
            key = (fact.video_id, fact.at)
            told = self.counters.get(key)
            self.counters[key] = fact if told is None else join_counters(told, fact)
        else:
            states = self.rows[fact.table]
            states[fact.id] = merge(states.get(fact.id), fact)

    def _reject(self, raw: Raw, reason: str, message: str, row: object) -> None:
        if self.erased is not None and (reason == ERASED or self.erased.names(row)):
            message, row = WITHHELD, None
        elif reason == FOLDED:
            row = None  # it may be all that was ever told
        self.rejects.reject(raw.file, raw.line, reason, message, row)

    def _announce(self, event: EventFields) -> None:
        """A source without a catalogue announces the ids it names."""
        _, user, _, video, target, *_ = event
        users, videos = self.rows["users"], self.rows["videos"]
        for person in (user, target):
            if person is not None and person not in users:
                users[person] = empty_state(person)
        if video is not None and video not in videos:
            videos[video] = empty_state(video)
