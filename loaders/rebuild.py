"""A first load from outside the server: files → an import folder with all that a night tells and derives → the finish.

Between `stage` and `finish` the caller runs Neo4j's bulk import on the folder and starts a server on the new store.
What a night over the same files into an empty graph gives, this gives: the same checks, the same engine, and
``digest --all`` is the same with pinned parameters.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from contentgraph.cypher import Database
from contentgraph.cypher.installation import DEFAULT_SCALE, install
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.model import ModelParams, learn
from contentgraph.graph.near_people import NearPeople
from contentgraph.graph.points import PointScale
from contentgraph.graph.tuning import Tuned
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders import derive, pulsing, topics, writeback
from contentgraph.loaders.cores import cores
from contentgraph.loaders.fold import fold
from contentgraph.loaders.hours import PULSE_KINDS, Hours, hours_of, reach_of, stored_pulses
from contentgraph.loaders.import_files import ImportFolder, Properties, put_leftovers
from contentgraph.loaders.marked import add_marked
from contentgraph.loaders.night import MAX_REJECT_SHARE, Summary, book, checked_files, named, relations_of, step_waves
from contentgraph.loaders.pulse_days import PulseDays
from contentgraph.loaders.readback import Platform, without_engagements
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.reporting import Reporter
from contentgraph.loaders.scale import parameters
from contentgraph.loaders.similar_edges import as_stored
from contentgraph.loaders.sources import open_sources
from contentgraph.loaders.staged import Staged, put_links, put_nodes, staged
from contentgraph.loaders.staged_pairs import StagedPairs, stage_pairs
from contentgraph.loaders.staged_platform import durations, follows, marked, platform_of_files, quiet
from contentgraph.loaders.tombstones import Graveyard, put_graveyard
from contentgraph.loaders.trending import Trend
from contentgraph.loaders.tuning import Tuning, search, settings
from contentgraph.loaders.waves.near import near_open

FOLD_ROWS = 250_000
"""Pairs at once: the ids of each batch are looked up in a table made for it."""
KINDS = {"challenge": "Challenge", "hashtag": "Hashtag", "sound": "Sound", "creator": "User"}
"""Kind of entity → label of its nodes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the import does not hold, for `finish`."""

    files: ImportFolder = field(repr=False)
    summary: Summary
    scale: PointScale
    params: derive.NightParams
    tuned: Tuned = field(repr=False)
    settings: dict[str, float] = field(repr=False)
    """What the read statements need of the model."""
    generic: list[str]
    trends: list[Trend] = field(repr=False)
    about: topics.Topics = field(repr=False)
    near: NearPeople = field(repr=False)
    graveyard: Graveyard = field(default_factory=Graveyard, repr=False)


def stage(
    paths: Sequence[Path],
    folder: Path,
    *,
    clock: int,
    now: int | None = None,
    rejects: Path = Path("rejects"),
    max_reject_share: float = MAX_REJECT_SHARE,
    format: str | None = None,
    scale: PointScale | None = None,
    params: derive.NightParams | None = None,
    tuning: Tuning | None = None,
    start: ModelParams | None = None,
    reporter: Reporter | None = None,
    graveyard: Graveyard | None = None,
) -> Prepared:
    """Check, fold and derive ``paths`` as a night does, and write files for the import into ``folder`` (made, empty).

    ``scale``: what points are derived by, the default unless given. ``start``: where the search for parameters begins.
    ``graveyard``: whom and what the old store knows to be erased, whose rows are left out, and what was taken down
    there; `finish` tells it on.

    Raises:
        UsageError: a path that is not there or unknown. TooManyRejects: nothing was written but rejects.
    """
    reporter, params, tuning = reporter or Reporter("quiet"), params or derive.NightParams(), tuning or Tuning()
    scale = scale or PointScale()
    summary = Summary.begun(clock)
    files = ImportFolder(folder / "files")
    files.folder.mkdir(parents=True)
    with RejectWriter(rejects, summary.run) as writer:
        erased = None if graveyard is None else graveyard.asked()
        checked = checked_files(
            open_sources(paths, format=format), folder, now or clock, writer, max_reject_share, erased, summary,
            reporter,
        )  # fmt: skip
    with reporter.phase("catalogue") as advance:
        users, videos = named(checked.events_path, {"users": {}, "videos": {}})
        graph = staged(checked, relations_of(checked.events_path), users, videos)
        put_links(files, graph)
        for table, states in graph.tables.items():
            summary.changed[table] = len(states)
            advance(len(states))
        summary.changed["relations"] = sum(map(len, graph.relations.values()))
    # One BLAS thread, as in a night: equal inputs give equal nights to the last bit.
    with threadpool_limits(1, user_api="blas"):
        found = _derive(
            files, graph, checked.events_path, summary, now, scale, params, tuning, start or ModelParams(), reporter
        )
    return replace(found, graveyard=graveyard or Graveyard())


def _derive(
    files: ImportFolder,
    graph: Staged,
    events: Path,
    summary: Summary,
    now: int | None,
    scale: PointScale,
    params: derive.NightParams,
    tuning: Tuning,
    start: ModelParams,
    reporter: Reporter,
) -> Prepared:
    """From the fold on; what is of the size of all pairs is let go as soon as nothing asks for it any more."""
    changed = summary.changed
    with reporter.phase("fold") as advance:
        pairs = _fold(files, graph, events, scale, advance)
        summary.pairs = pairs.user.size
    with reporter.phase("read") as advance:
        platform = add_marked(platform_of_files(graph, pairs), marked(graph))
        reach = reach_of(platform, pairs.pushed, follows(graph))
        known = derive.interactions(platform, scale)
        del pairs
        advance(summary.pairs)
    summary.now = now if now is not None else _latest(graph, platform)
    with reporter.phase("tune") as advance:
        tuned = search(known, tuning, 0, start, time.perf_counter, advance)
    with reporter.phase("score", len(platform.videos)) as advance:
        model = learn(known, tuned.params, now=summary.now, shown=platform.shown, threads=cores())
        scored = derive.score(platform, known, model, scale)
        changed["scores"] = len(platform.videos)
    with reporter.phase("similarity") as advance:
        similar, told = model.edges(params.k, threads=cores()), settings(model)
        del model, known
        changed["similar"] = similar.row.size
        _put_similar(files, similar, platform)
        advance(similar.row.size)
    with reporter.phase("featured") as advance:
        generic = derive.find_generic(platform, similar)
        changed["generic"] = len(generic)
        featured = {kind: derive.feature(platform, kind, scored, generic, params.featured) for kind in KINDS}
        for kind, found in featured.items():
            changed[f"featured_{kind}"] = found.entity.size
            _put_featured(files, graph, kind, platform.kinds[kind].entities, found)
            advance(found.entity.size)
        # Now, for pairs are let go of; a later night asks for few.
        near = near_open(platform, similar, featured, scored, scale, summary.now).beforehand(cores())
    with reporter.phase("pulses") as advance:
        hours = hours_of(platform, scale, summary.now, reach)
        platform = without_engagements(platform)
        del reach
        # Files tell of no analysis: topics are communities of what people watched.
        about = topics.find_topics(platform, similar, None, generic, quiet(graph, platform), scored.taste)
        overrun = derive.find_overrun(platform, similar, generic)
        silent = {"hashtag": generic, "topic": about.generic, "challenge": overrun}
        platform = about.within(platform)
        del similar
        for kind in PULSE_KINDS:
            changed[f"pulses_{kind}"] = written = _put_pulses(files, kind, platform, hours)
            advance(written)
        trends = pulsing.all_trends(platform, hours, silent, params.trend, params.trends)
        changed["trends"] = len(trends)
    with reporter.phase("files") as advance:
        put_nodes(files, graph, {"Video": _results(scored)})
        advance(files.nodes_told)
    summary.tuned = {"settings": len(tuned.trials), "taken": sum(trial.taken for trial in tuned.trials[1:])}
    return Prepared(files, summary, scale, params, tuned, told, generic, trends, about, near)


def _fold(
    files: ImportFolder, graph: Staged, events: Path, scale: PointScale, advance: Callable[[int], None]
) -> StagedPairs:
    batches, names = fold(events, batch=FOLD_ROWS), graph.names
    pairs = stage_pairs(files, batches, names["User"], names["Video"], durations(graph), scale, advance)
    events.unlink()
    return pairs


def _latest(graph: Staged, platform: Platform) -> int:
    """The latest event, video or counter snapshot."""
    return platform.latest(max((one.at for one in graph.counters), default=0))


def _results(scored: derive.Scored) -> Iterator[Properties]:
    table, taste = np.round(scored.table(), writeback.DIGITS), np.round(scored.taste, writeback.TASTE_DIGITS)
    return (writeback.results_of(row.tolist(), place) for row, place in zip(table, taste, strict=True))


def _put_similar(files: ImportFolder, found: Similar, platform: Platform) -> None:
    found = as_stored(found, platform)
    apart = np.asarray(found.alike, dtype=np.bool_)
    columns = {
        "rank": pa.array(found.rank.astype(np.int64)),
        "weight": pa.array(found.weight),
        "alike": pa.array(apart, mask=~apart),
    }
    files.edges("SIMILAR", ("Video", "Video"), found.row, found.col, columns)


def _put_featured(files: ImportFolder, graph: Staged, kind: str, entities: Vocabulary, found: Featured) -> None:
    place = graph.names[KINDS[kind]].index(entities.ids())
    columns = {
        "rank": pa.array(found.rank.astype(np.int64)),
        "score": pa.array(np.round(found.score, writeback.DIGITS)),
    }
    files.edges("FEATURED", (KINDS[kind], "Video"), place[found.entity], found.video, columns)


PULSE_ROWS = 20_000
"""Pulses a file: a file is in memory before it is written."""


def _put_pulses(files: ImportFolder, kind: str, platform: Platform, hours: Hours) -> int:
    before, entities = files.nodes_told, platform.kinds[kind].entities.ids()
    for days in (PulseDays(entities, each, hours) for each in stored_pulses(platform, kind, hours)):
        for first in range(0, len(days), PULSE_ROWS):
            columns = days.columns(first, min(first + PULSE_ROWS, len(days)))
            size = len(columns["day"])
            files.node_columns("Pulse", {"kind": pa.array([kind] * size), **columns})
    return files.nodes_told - before


def finish(database: Database, prepared: Prepared, *, began: float, clock: int, reporter: Reporter) -> Summary:
    """Constraints, indexes, settings, trends, waves and the run, on a server that opened the imported store.

    ``began``: ``time.perf_counter()`` at the start of it all.

    Raises:
        SchemaError: the store does not hold what the files told.
    """
    summary, changed = prepared.summary, prepared.summary.changed
    with reporter.phase("indexes") as advance:
        _install(database, prepared.scale)
        put_graveyard(database, prepared.graveyard)
        advance(1)
    with reporter.phase("rest") as advance:
        advance(put_leftovers(database, prepared.files.leftovers))
        database.write("put_generic", names=prepared.generic)
        advance(writeback.put_trends(database, prepared.trends))
        told = {"now": summary.now, "neighbours": prepared.params.k, **prepared.settings}
        database.write("put_settings", properties=told)
    with reporter.phase("content") as advance:
        changed["topics"] = topics.put_topics(database, prepared.about, advance)
    database.write("put_run", id=summary.run, properties={"state": "running", "startedAt": clock})
    with reporter.phase("waves") as advance:
        step_waves(database, summary, advance, prepared.near)
    summary.sized(database)
    summary.timed(reporter, began)
    book(database, summary, prepared.params, prepared.tuned, clock)
    return summary


def _install(database: Database, scale: PointScale) -> None:
    install(database)
    values = parameters(scale)
    version = int(values.pop("version"))
    if version != 1 or values != dict(DEFAULT_SCALE):
        database.write("put_scale", version=version, properties=values)
        database.write("put_settings", properties={"scaleVersion": version})
