"""One night, from files to feeds: check → fold → upsert → score → similarity → content → featured → … → waves.

Every write is a join or an overwrite by what the graph bears out, so a killed night is finished by running it again.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from contentgraph.cypher import Database
from contentgraph.cypher.installation import install, stored_neighbours
from contentgraph.errors import Busy
from contentgraph.graph.catalogue import CatalogueState
from contentgraph.graph.erasure import Tombstones
from contentgraph.graph.events import Event
from contentgraph.graph.facts import PAIR_KINDS
from contentgraph.graph.featured import Featured
from contentgraph.graph.model import learn
from contentgraph.graph.near_people import NearPeople
from contentgraph.graph.relations import Row as RelationRow
from contentgraph.graph.relations import relations
from contentgraph.graph.tuning import Tuned
from contentgraph.graph.waves.ledger import Audit
from contentgraph.loaders import content_phase, derive, pulsing, topics, writeback
from contentgraph.loaders.beside import beside
from contentgraph.loaders.catalogue import put_catalogue
from contentgraph.loaders.cores import cores
from contentgraph.loaders.engagements import announce, merge_pairs, merge_relations
from contentgraph.loaders.expired import drop_expired
from contentgraph.loaders.fold import fold
from contentgraph.loaders.folding import check_days, fold_older, folded_before
from contentgraph.loaders.frugal import Meter, peak_gib
from contentgraph.loaders.hours import Reach, hours_of, read_reach
from contentgraph.loaders.leftovers import work_folder
from contentgraph.loaders.marked import with_marked
from contentgraph.loaders.readback import Platform, read_platform
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.reporting import Advance, Reporter
from contentgraph.loaders.scale import current_scale, parameters
from contentgraph.loaders.similar_edges import put_similar, read_similar
from contentgraph.loaders.sources import Source, open_sources
from contentgraph.loaders.spool import Checked, check
from contentgraph.loaders.tombstones import read_tombstones
from contentgraph.loaders.tuning import Tuning, choose, detail, settings
from contentgraph.loaders.waves import stepping
from contentgraph.loaders.waves.near import near_open

_PAIRS = pa.array(sorted(PAIR_KINDS))
FEATURING = ("challenge", "hashtag", "sound", "creator")
"""Kinds of entities that feature videos."""
MAX_REJECT_SHARE = 0.05
"""More rejects than this share of the rows, and none of them is written."""


FIRST_LOAD = 1_000_000
"""From so many events on a first load says that there is a faster way."""


@dataclass(slots=True)
class Summary:
    """What a night did; ``seconds`` and ``peak_gib`` are of this process."""

    run: str
    now: int = 0
    """Epoch ms that ages are counted from."""
    dry_run: bool = False
    read: int = 0
    events: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    rejects: str | None = None
    """The file of rejected rows, if there are any."""
    pairs: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    """Things written by kind."""
    nodes: int = 0
    relationships: int = 0
    unannounced: dict[str, int] = field(default_factory=dict)
    tuned: dict[str, int] = field(default_factory=dict)
    """Settings that were tried, and how many of them were taken."""
    audits: dict[str, Audit] = field(default_factory=dict)
    """By exit of the waves: whether past promotions hold on later views."""
    alarms: list[str] = field(default_factory=list)
    """What the waves' look back found wrong."""
    seconds: dict[str, float] = field(default_factory=dict)
    total_seconds: float = 0.0
    peak_gib: float = 0.0
    cpu_s: float = 0.0
    """Processor seconds of this process; of a rebuild those of the import too."""
    neo4j_cpu_s: float | None = None
    """Processor seconds of Neo4j; None where it runs elsewhere."""
    store_bytes: int | None = None
    """Files of the database on disk; None where it is elsewhere, or has made no checkpoint since the night began."""
    bytes_per_event: float | None = None
    """``store_bytes`` over the events of all nights so far."""
    retries: int = 0
    """Write transactions that Neo4j refused for a moment and that were run again."""

    @classmethod
    def begun(cls, clock: int) -> "Summary":
        """Of a run that begins at ``clock``, epoch ms."""
        return cls(run=time.strftime("%Y%m%dT%H%M%S-", time.gmtime(clock / 1000)) + uuid.uuid4().hex[:8])

    def sized(self, database: Database) -> None:
        """Note how large the graph is."""
        size = database.read("size")[0]
        self.nodes, self.relationships = size["nodes"], size["relationships"]
        self.unannounced = {"users": size["unannouncedUsers"], "videos": size["unannouncedVideos"]}

    def timed(self, reporter: Reporter, began: float) -> None:
        """Note what it took since ``began``, of `time.perf_counter`."""
        self.seconds = dict(reporter.seconds)
        self.total_seconds = round(time.perf_counter() - began, 3)
        self.peak_gib = peak_gib()


def run_night(
    database: Database | None,
    paths: Sequence[Path],
    *,
    clock: int,
    now: int | None = None,
    rejects: Path = Path("rejects"),
    max_reject_share: float = MAX_REJECT_SHARE,
    format: str | None = None,
    params: derive.NightParams | None = None,
    tuning: Tuning | None = None,
    reporter: Reporter | None = None,
    fold_days: int | None = None,
    neighbours: int | None = None,
) -> Summary:
    """Load ``paths`` into the graph and derive everything again; without a database only check and fold.

    ``clock``: the time of the machine, epoch ms. ``now``: what later events are rejected by and ages are counted
    from; without it events are checked against the clock, and ages count from the latest event, video or counter
    snapshot in the graph. ``params``: the defaults unless given, with `:Settings.neighbours` similar videos each.
    ``neighbours``: that setting, from now on. ``fold_days``: at the end, when all was counted, fold what is older
    (`loaders.folding`).

    Raises:
        UsageError: a path that is not there or unknown, or fewer days than may be folded. TooManyRejects: none of
        the rows was written. Unreachable: no Neo4j.
    """
    reporter = reporter or Reporter("quiet")
    if fold_days is not None:
        check_days(fold_days)
    began = time.perf_counter()
    meter = Meter("" if database is None else database.target.uri, "" if database is None else database.target.database)
    summary = Summary.begun(clock)
    if database is not None:
        database.verify()
        install(database)
        if neighbours is not None:
            database.write("put_settings", properties={"neighbours": neighbours})
    with work_folder() as work, RejectWriter(rejects, summary.run) as writer:
        erased, before = (None, 0) if database is None else (read_tombstones(database), folded_before(database))
        checked = checked_files(
            open_sources(paths, format=format), work, now or clock, writer, max_reject_share, erased, summary,
            reporter, before,
        )  # fmt: skip
        if database is None:
            with reporter.phase("fold") as advance:
                for batch in fold(checked.events_path):
                    summary.pairs += batch.num_rows
                    advance(batch.num_rows)
            summary.dry_run, summary.now = True, now or clock
        else:
            if checked.events >= FIRST_LOAD and not database.read("last_run"):
                reporter.say("a first load of this size goes faster with 'contentgraph rebuild', into a local Neo4j")
            database.write("put_run", id=summary.run, properties={"state": "running", "startedAt": clock})
            drop_expired(database, clock)
            _load(database, checked, summary, reporter)
        # The catalogue's rows are not needed again: all that follows comes from the graph.
        del checked
    if database is not None:
        # One BLAS thread: beside a busy Neo4j the threads of one product wait for each other (docs/decisions/0008).
        with threadpool_limits(1, user_api="blas"):
            chosen = params or derive.NightParams(k=stored_neighbours(database))
            tuned = _derive(database, now, summary, chosen, tuning or Tuning(), reporter)
        summary.tuned = {"settings": len(tuned.trials), "taken": sum(trial.taken for trial in tuned.trials[1:])}

    def told() -> None:
        """Note in the summary, and with a database in the ledger, what was done until now."""
        if database is not None:
            summary.sized(database)
            summary.retries = database.retries
        summary.timed(reporter, began)
        cost = meter.read()
        summary.cpu_s, summary.neo4j_cpu_s, summary.store_bytes = cost.cpu_s, cost.neo4j_cpu_s, cost.store_bytes
        if database is not None:
            book(database, summary, chosen, tuned, clock)

    told()
    if database is None:
        return summary
    if fold_days is not None:  # the night is booked by now: a fold that fails is made up for by the next
        with reporter.phase("fold") as advance:
            summary.changed["folded"] = fold_older(database, fold_days, clock=clock, progress=advance).pairs
        told()
    events = events_so_far(database)
    if summary.store_bytes and events:
        summary.bytes_per_event = round(summary.store_bytes / events, 1)
    return summary


def checked_files(
    sources: Sequence[Source],
    work: Path,
    now: int,
    writer: RejectWriter,
    max_reject_share: float,
    erased: Tombstones | None,
    summary: Summary,
    reporter: Reporter,
    folded_before: int = 0,
) -> Checked:
    """Check all rows, and note in ``summary`` what was found.

    Raises:
        TooManyRejects: more than ``max_reject_share``.
    """
    with reporter.phase("check") as advance:
        read = 0

        def told(rows: int) -> None:
            nonlocal read
            advance(rows - read)
            read = rows

        checked = check(
            sources, work, now=now, rejects=writer, on_progress=told, erased=erased, folded_before=folded_before
        )
    summary.read, summary.events = checked.read, checked.events
    summary.rejected = dict(sorted(checked.rejected.items()))
    summary.rejects = str(writer.path) if checked.rejected else None
    writer.ensure_share(checked.read, max_reject_share)
    return checked


def _load(database: Database, checked: Checked, summary: Summary, reporter: Reporter) -> None:
    scale = parameters(current_scale(database))
    tables: Mapping[str, Mapping[str, CatalogueState]] = checked.rows  # type: ignore[assignment]  # keys are a Literal
    with reporter.phase("catalogue", sum(len(states) for states in tables.values())) as advance:
        for table in ("users", "challenges", "videos"):
            ordered = [state for _, state in sorted(tables[table].items())]
            summary.changed[table] = put_catalogue(database, table, ordered, scale, advance)
        _put_counters(database, checked)
    others = relations_of(checked.events_path)
    with reporter.phase("engagements") as advance:
        users, videos = named(checked.events_path, tables)
        announce(database, users, videos)
        summary.pairs = merge_pairs(database, fold(checked.events_path), scale, advance)
        summary.changed["relations"] = merge_relations(database, others)
        # A corrected row may have been all that named a user or a tag: what was told before it leaves no trace.
        summary.changed["dropped"] = database.write_all("drop_unnamed", "nodes")


def _put_counters(database: Database, checked: Checked) -> None:
    rows = [
        {"videoId": one.video_id, "at": one.at, "views": one.views, "likes": one.likes, "comments": one.comments,
         "shares": one.shares}
        for one in checked.counters
    ]  # fmt: skip
    announce(database, (), {one.video_id for one in checked.counters})
    database.write_batches("merge_counters", rows)


def named(events: Path, tables: Mapping[str, Mapping[str, CatalogueState]]) -> tuple[set[str], set[str]]:
    """User and video ids that events name and this run's catalogue does not."""
    users: set[str] = set()
    videos: set[str] = set()
    for batch in pq.ParquetFile(events).iter_batches(columns=["user_id", "target_id", "video_id"]):
        for column, found in (("user_id", users), ("target_id", users), ("video_id", videos)):
            found.update(str(name) for name in pc.unique(batch.column(column)).to_pylist() if name is not None)
    return users - tables["users"].keys(), videos - tables["videos"].keys()


def relations_of(events: Path) -> dict[str, list[RelationRow]]:
    """Follows, blocks, hides and reports of a spool of events, folded."""

    def told() -> Iterator[Event]:
        for batch in pq.ParquetFile(events).iter_batches():
            kept = batch.filter(pc.invert(pc.is_in(batch.column("kind").cast(pa.string()), value_set=_PAIRS)))
            for row in kept.to_pylist():
                yield Event(**row)

    return relations(told())


class _Read(NamedTuple):
    """What a night computes from."""

    platform: Platform
    reach: Reach
    content: content_phase.Content | None
    quiet: topics.Bools


def _read(database: Database, k: int, reporter: Reporter) -> _Read:
    """All of it before the first result is written: a read beside those writes is refused as outdated."""
    with reporter.phase("read") as advance:
        platform = with_marked(database, read_platform(database))
        reach = read_reach(database, platform)
        content = content_phase.read_content(database, platform, k)
        quiet = topics.read_quiet(database, platform)
        advance(platform.engagements.user.size)
    return _Read(platform, reach, content, quiet)


def _derive(
    database: Database,
    now: int | None,
    summary: Summary,
    params: derive.NightParams,
    tuning: Tuning,
    reporter: Reporter,
) -> Tuned:
    scale = current_scale(database)
    platform, reach, content, quiet = _read(database, params.k, reporter)
    summary.now = now if now is not None else _latest(database, platform)
    known, changed = derive.interactions(platform, scale), summary.changed
    likeness = content.for_model() if content else None
    with reporter.phase("tune") as advance:
        tuned = choose(database, known, tuning, time.perf_counter, advance, likeness)
    # Neo4j writes for long: what is found is written, in this order, while the rest is computed.
    with beside(reporter) as put:
        stored = put("read_similar", partial(read_similar, database, platform.videos))
        with reporter.phase("score") as advance:
            model = learn(known, tuned.params, now=summary.now, shown=platform.shown, content=likeness, threads=cores())
            scored = derive.score(platform, known, model, scale)
            scored, unit = writeback.as_stored(scored, platform, params.tolerance)
            scores = put(
                "put_scores", partial(writeback.put_scores, database, platform, scored, tolerance=params.tolerance)
            )
            advance(len(platform.videos))
        with reporter.phase("similarity") as advance:
            similar = content_phase.place_newcomers(
                model.edges(params.k, threads=cores()), content, known.leaders(), platform.shown, params.k
            )
            told = settings(model)
            told["weightPopular"] *= unit
            del model, known  # half of what is held
            before = stored.result()
            edges = put(
                "put_similar",
                partial(put_similar, database, platform, before, similar, k=params.k, tolerance=params.edges),
            )
            del stored, before
            advance(similar.row.size)
        with reporter.phase("trends") as advance:
            generic = derive.find_generic(platform, similar)
            featured = {kind: derive.feature(platform, kind, scored, generic, params.featured) for kind in FEATURING}
            lists = put("put_featured", partial(_put_lists, database, platform, featured, generic, params.tolerance))
            near = near_open(platform, similar, featured, scored, scale, summary.now)
            about = topics.find_topics(platform, similar, content, generic, quiet, scored.taste)
            kept = put("put_content", partial(_put_content, database, platform, content, about))
            # Pulses of topics, past hours too, are counted by what videos are about from tonight on.
            platform = about.within(platform)
            overrun = derive.find_overrun(platform, similar, generic)
            silent = pulsing.silenced(database, {"hashtag": generic, "topic": about.generic, "challenge": overrun})
            hours = hours_of(platform, scale, summary.now, reach)
            trends = pulsing.all_trends(platform, hours, silent, params.trend, params.trends)
            listed = put("put_trends", partial(pulsing.put_trends, database, trends))
            since = folded_before(database)
            pulses = put("put_pulses", partial(pulsing.put_pulses, database, platform, hours, since=since))
            advance(len(trends))
        changed |= {"scores": scores.result(), "similar": edges.result(), **lists.result(), **kept.result()}
        changed |= {"generic": len(generic), "trends": listed.result()}
        database.write("put_settings", properties={"now": summary.now, **told})
        changed |= {f"pulses_{kind}": written for kind, written in pulses.result().items()}
        with reporter.phase("waves") as advance:
            step_waves(database, summary, advance, near)
    return tuned


def _put_lists(
    database: Database,
    platform: Platform,
    featured: Mapping[str, Featured],
    generic: Sequence[str],
    tolerance: float,
    advance: Advance,
) -> dict[str, int]:
    database.write("put_generic", names=generic)
    return {
        f"featured_{kind}": writeback.put_featured(database, platform, kind, found, advance, tolerance)
        for kind, found in featured.items()
    }


def _put_content(
    database: Database,
    platform: Platform,
    content: content_phase.Content | None,
    about: topics.Topics,
    advance: Advance,
) -> dict[str, int]:
    return {
        "alike": content_phase.put_alike(database, platform, content, advance),
        "topics": topics.put_topics(database, about, advance),
    }


def step_waves(
    database: Database, summary: Summary, advance: Callable[[int], None], near: NearPeople | None = None
) -> None:
    """Take the night's step of the waves and note what it found; where a step of the day is at it, that one decides.

    Before anything states a time there is nothing to step.
    """
    if not summary.now:
        advance(0)
        return
    try:
        stepped = stepping.step(database, summary.now, catch_up=True, near=near, progress=advance)
    except Busy:
        advance(0)
        return
    summary.changed["decisions"] = sum(stepped.decided.values())
    summary.changed["test_slots"] = sum(stepped.slots.values())
    summary.audits, summary.alarms = stepped.audits, stepped.alarms


def _latest(database: Database, platform: Platform) -> int:
    """The latest event, video or counter snapshot in the graph, or the ``now`` of the last run; 0: there is none."""
    last = database.read("last_run")
    before = int(last[0]["now"]) if last else 0
    return platform.latest(before, int(database.read("night_counters")[0]["at"] or 0))


def events_so_far(database: Database) -> int:
    """Of all nights that are in the ledger."""
    return sum(orjson.loads(row["counts"] or "{}").get("events", 0) for row in database.read("night_runs"))


def book(database: Database, summary: Summary, params: derive.NightParams, tuned: Tuned, clock: int) -> None:
    """Write the ledger entry of a finished run."""
    told = asdict(summary)
    counts = {name: told[name] for name in ("read", "events", "rejected", "pairs", "changed", "nodes", "relationships")}
    database.write(
        "put_run",
        id=summary.run,
        properties={
            "state": "finished",
            "now": summary.now,
            "finishedAt": clock + int(summary.total_seconds * 1000),
            "seconds": orjson.dumps(summary.seconds).decode(),
            "counts": orjson.dumps(counts).decode(),
            "params": orjson.dumps({**asdict(params), "model": asdict(tuned.params)}).decode(),
            "tuning": detail(tuned),
            "waves": orjson.dumps({"audits": told["audits"], "alarms": told["alarms"]}).decode(),
        },
    )
