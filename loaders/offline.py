"""A log split by time, without Neo4j: what was known at a moment as interactions, and what came after as targets.

The same checks and the same fold as the night's; the pairs before and after the cut are folded each by themselves, so
nothing that happened later is known earlier. The catalogue is taken as it is: a row's own dates (``createdAt``) keep
later videos out. A video that neither the catalogue nor an event before the cut names is suggested to nobody, though it
may be a target.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contentgraph.errors import UsageError
from contentgraph.graph.catalogue import CatalogueState
from contentgraph.graph.events import Event
from contentgraph.graph.facts import FACT_FIELDS, PairFacts
from contentgraph.graph.interactions import Catalogue, Interactions, part
from contentgraph.graph.points import PointScale, flags, points, skipped
from contentgraph.graph.relations import relations
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.fold import fold
from contentgraph.loaders.leftovers import work_folder
from contentgraph.loaders.readback import catalogue_of
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.sources import open_sources
from contentgraph.loaders.split import Split, split_of, trained
from contentgraph.loaders.spool import check


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """A log cut at a moment."""

    split: Split
    """Targets are pairs that brought points after the cut and were not there before; their gain is their points."""
    known: Interactions
    """Everything before the cut."""


def read_log(paths: list[Path], *, clock: int, format: str | None = None, share: float = 0.2) -> TimeSplit:
    """Check, fold and cut: the last ``share`` of the pairs with points, by time, is to be foretold.

    ``clock``: epoch ms; later events are rejected.

    Raises:
        UsageError: a path that is not there or unknown, or a log with nothing to learn from or to foretell.
    """
    with work_folder() as work, RejectWriter(work / "rejects", "evaluate") as writer:
        sources = list(open_sources(paths, format=format))
        checked = check(sources, work, now=clock, rejects=writer)
        videos = checked.rows["videos"]
        durations = {name: _whole(state, "durationMs") for name, state in videos.items()}
        every = _fold(checked.events_path, durations)
        late = np.sort(every.at[every.points > 0.0])
        if late.size < 2:
            raise UsageError(f"{paths[0]} has {late.size} pairs with points; a log to evaluate on needs more.")
        cut = int(late[int(late.size * (1.0 - share))])
        table = pq.read_table(checked.events_path)
        before = pc.less(table.column("at"), pa.scalar(cut))
        early = _fold(_write(table.filter(before), work / "before.parquet"), durations)
        after = _fold(_write(table.filter(pc.invert(before)), work / "after.parquet"), durations)
        hidden_early = _hidden(table.filter(before))
        hidden_late = _hidden(table.filter(pc.invert(before)))
    people = Vocabulary([*every.user, *checked.rows["users"]])
    shelf = Vocabulary([*every.video, *videos])
    train, told = early.pairs(people, shelf), after.pairs(people, shelf)
    catalogue = _catalogue(people.ids(), shelf.ids(), checked.rows["users"], videos)
    gone = np.array([0 <= _whole(videos.get(name), "removedAt") <= cut for name in shelf.ids()], dtype=np.bool_)
    there = (catalogue.created_at <= cut) & ~gone
    leads = (early.points > 0.0) & ~early.among(hidden_early) & there[train.video]
    # What she hid before or made herself is never suggested to her, and nobody could be shown what was not there.
    barred = after.among(hidden_late) | after.among(hidden_early) | after.among(_own(videos))
    wanted = (after.points > 0.0) & ~barred & there[told.video]
    known = Interactions(
        pairs=train,
        leads=leads,
        counted=~early.among(_own(videos)),
        hidden=early.among(hidden_early),
        skipped=early.skipped,
        catalogue=catalogue,
    )
    goal = part(told, wanted)
    name = paths[0].name or str(paths[0])
    split = split_of(name, people.ids(), shelf.ids(), train, goal, now=cut)
    listed = _listed(videos, announced=any(source.announces for source in sources))
    apart = np.array([name in listed for name in shelf.ids()], dtype=np.bool_) | trained(train)
    return TimeSplit(replace(split, shown=there & apart), known)


@dataclass(frozen=True, slots=True)
class _Folded:
    """Pairs by id; lists and arrays of one length."""

    user: list[str]
    video: list[str]
    points: npt.NDArray[np.float64]
    at: npt.NDArray[np.int64]
    """Epoch ms of the latest event."""
    skipped: npt.NDArray[np.bool_]

    def pairs(self, people: Vocabulary, shelf: Vocabulary) -> Pairs:
        return Pairs(people.index(self.user), shelf.index(self.video), len(people), len(shelf), self.points, self.at)

    def among(self, told: set[tuple[str, str]]) -> npt.NDArray[np.bool_]:
        return np.fromiter((pair in told for pair in zip(self.user, self.video, strict=True)), dtype=np.bool_)


def _fold(events: Path, durations: Mapping[str, int]) -> _Folded:
    user: list[str] = []
    video: list[str] = []
    gained: list[float] = []
    last: list[int] = []
    left: list[bool] = []
    scale = PointScale()
    for batch in fold(events):
        columns = [batch.column(name).to_pylist() for name in FACT_FIELDS]
        videos = [str(name) for name in batch.column("video_id").to_pylist()]
        user += map(str, batch.column("user_id").to_pylist())
        video += videos
        for name, *facts in zip(videos, *columns, strict=True):
            found = PairFacts(*facts)
            gained.append(points(scale, flags(scale, found, durations.get(name))))
            last.append(found.last_at)
            left.append(gained[-1] <= 0.0 and skipped(found, durations.get(name)))
    return _Folded(
        user, video, np.array(gained, dtype=np.float64), np.array(last, dtype=np.int64), np.array(left, dtype=np.bool_)
    )


def _write(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path)
    return path


def _hidden(table: pa.Table) -> set[tuple[str, str]]:
    """(user, video) of hides that stand at the end of these events."""
    kept = table.filter(pc.is_in(table.column("kind").cast(pa.string()), value_set=pa.array(["hide", "unhide"])))
    rows = relations(Event(**row) for row in kept.to_pylist()).get("merge_hides_video", [])
    return {
        (str(row["userId"]), str(row["targetId"]))
        for row in rows
        if row["at"] is not None and (row["until"] is None or int(row["at"]) >= int(row["until"]))
    }


def _own(videos: Mapping[str, CatalogueState]) -> set[tuple[str, str]]:
    """(creator, video) of every creator."""
    found = set()
    for name, state in videos.items():
        co = state.values.get("coCreatorIds", ())
        for person in (state.values.get("creatorId"), *(co if isinstance(co, tuple) else ())):
            if person is not None:
                found.add((str(person), name))
    return found


def _listed(videos: Mapping[str, CatalogueState], *, announced: bool) -> set[str]:
    """The videos that a catalogue row told; ``announced``: some were by a log's events, of their length at most."""
    return {name for name, state in videos.items() if not announced or state.values.keys() - {"durationMs"}}


def _whole(state: CatalogueState | None, name: str) -> int:
    value = None if state is None else state.values.get(name)
    return value if isinstance(value, int) else -1


def _names(state: CatalogueState | None, name: str) -> list[str]:
    said = () if state is None else state.values.get(name, ())
    return [str(one) for one in said] if isinstance(said, tuple) else []


def _catalogue(
    people: list[str], shelf: list[str], users: Mapping[str, CatalogueState], videos: Mapping[str, CatalogueState]
) -> Catalogue:
    rows = [videos.get(name) for name in shelf]

    def text(state: CatalogueState | None, name: str) -> str | None:
        value = None if state is None else state.values.get(name)
        return value if isinstance(value, str) else None

    return catalogue_of(
        [_names(users.get(name), "languages") for name in people],
        created_at=np.array([_whole(state, "createdAt") for state in rows], dtype=np.int64),
        duration_ms=np.array([_whole(state, "durationMs") for state in rows], dtype=np.int64),
        language=[text(state, "language") for state in rows],
        creator=[text(state, "creatorId") for state in rows],
        hashtags=[_names(state, "hashtags") for state in rows],
    )
