"""``contentgraph rebuild``: a new store for the local Neo4j from files, by its bulk import."""

import os
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contentgraph.errors import Busy, ServerError, UsageError

if TYPE_CHECKING:
    from contentgraph.cypher import Database, Target
    from contentgraph.graph.model import ModelParams
    from contentgraph.graph.points import PointScale
    from contentgraph.loaders.night import Summary
    from contentgraph.loaders.reporting import Reporter
    from contentgraph.loaders.tombstones import Graveyard
    from contentgraph.server import LocalServer

ROOM = 5
"""Free space asked for: so many times the size of the files, and half a GiB."""
FIRST_LOAD = 128 * 2**20
"""Bytes of files from which on a night into an empty local graph is a rebuild: some 800,000 events as JSONL."""
PACKED = 5
"""So many times its size a compressed file counts, or one by columns."""


def is_first_load(paths: list[Path]) -> bool:
    """Whether a night is better done as a rebuild: much to load into the local Neo4j, which is up, empty and asked by
    nobody else, with room for a second store.
    """
    from shutil import disk_usage

    from contentgraph.cypher import Database, home, target
    from contentgraph.server.exchange import as_started, others
    from contentgraph.server.settings import DATABASE

    if os.environ.get("CONTENTGRAPH_URI") or os.environ.get("CONTENTGRAPH_DATABASE", DATABASE) != DATABASE:
        return False
    sizes = _sizes(paths)
    if sum(size * (PACKED if path.suffix in (".gz", ".zst", ".parquet") else 1) for path, size in sizes) < FIRST_LOAD:
        return False
    server = as_started(home())
    if not server.status().running or disk_usage(server.home).free < _room(sizes):
        return False
    with Database(target(home_path=server.home)) as database:
        empty = _held(database.verify()) == 0 and not database.read("last_run")
    return empty and not others(server)


def _held(database: "Database") -> int:
    """Users, videos and challenges in the graph."""
    return sum(row["count"] for row in database.read("stats") if row["name"] in ("User", "Video", "Challenge"))


def _sizes(paths: list[Path]) -> list[tuple[Path, int]]:
    """The files at ``paths``, and their bytes."""
    inside = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return [(file, file.stat().st_size) for file in inside if file.is_file()]


def _room(sizes: list[tuple[Path, int]]) -> int:
    """Bytes that a second store may need."""
    return ROOM * sum(size for _, size in sizes) + 2**29


def rebuild(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: native, KuaiRand logs, TikTok items.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the new store in the place of one that holds data.")
    ] = False,
    now: Annotated[str | None, typer.Option(help="As nightly's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    rejects: Annotated[Path, typer.Option(help="Folder for rejected rows, a file a run.")] = Path("rejects"),
    max_rejects: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Above this share of rejects nothing is written.")
    ] = 0.05,
    format: Annotated[str | None, typer.Option(help="native, kuairand or tiktok.")] = None,
    tune: Annotated[float, typer.Option(min=0.0, help="Seconds of search for better parameters.")] = 15.0,
    params: Annotated[Path | None, typer.Option(help="A JSON file of pinned parameters: nothing is tuned.")] = None,
    log: Annotated[str, typer.Option(help="auto, plain, json or quiet.")] = "auto",
) -> None:
    """Build the local Neo4j's store anew from files by bulk import, and serve it.

    The facts are those of a night over the same files; the old store is served until the new one is verified.
    Exit codes: 0 fine, 2 wrong usage, 3 too many rejects, 5 the local Neo4j.
    """
    from contextlib import nullcontext

    from filelock import FileLock, Timeout

    from contentgraph.cypher import home, traces
    from contentgraph.loaders.alone import home_lock
    from contentgraph.loaders.nightly import asked, show, tell_json
    from contentgraph.server.exchange import as_started

    uri = os.environ.get("CONTENTGRAPH_URI")
    if uri:
        raise UsageError(
            f"rebuild writes the files of the local Neo4j, and CONTENTGRAPH_URI (or --uri) names {uri!r}: load that "
            "one with 'contentgraph nightly', or unset it"
        )
    began, clock = time.perf_counter(), time.time_ns() // 1_000_000
    reporter, at, tuning = asked(log, now, tune, params)
    server = as_started(home())
    server.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(server.home / "rebuild.lock", timeout=0):
            scale, start, graveyard, goal, empty = _ask(server, replace)
            with nullcontext() if goal is None else home_lock(goal, server.home):
                traces.note("rejects", rejects, server.home)
                summary = _build(
                    server, paths, began, clock, reporter, now=at, rejects=rejects, max_reject_share=max_rejects,
                    format=format, tuning=tuning, scale=scale, start=start, graveyard=graveyard,
                    empty=goal if empty else None,
                )  # fmt: skip
    except Timeout:
        raise Busy(f"another rebuild is under way in {server.home}; wait for it, then run this again") from None
    if as_json:
        tell_json(summary)
    else:
        show(summary)


def _ask(
    server: "LocalServer", replace: bool
) -> tuple["PointScale | None", "ModelParams | None", "Graveyard", "Target | None", bool]:
    """What the old store says: its point scale, the parameters of its last night, who was erased, where it is, and
    whether it is empty; it is served on.

    Raises:
        UsageError: it holds data, and nobody asked for it to be replaced. Busy: others are connected.
    """
    from contentgraph.cypher import Database, target
    from contentgraph.loaders.scale import current_scale
    from contentgraph.loaders.tombstones import Graveyard, read_graveyard
    from contentgraph.loaders.tuning import previous
    from contentgraph.server.exchange import has_store, others

    if not has_store(server):
        return None, None, Graveyard(), None, True
    server.start()
    goal = target(home_path=server.home)
    with Database(goal) as database:
        held = _held(database.verify())
        if held and not replace:
            raise UsageError(
                f"the local Neo4j in {server.home} holds {held:,} users, videos and challenges: say --replace to build "
                "a new store in its place, or load into it with 'contentgraph nightly'"
            )
        scale = current_scale(database) if database.read("scales") else None
        start = previous(database)[1]
        graveyard = read_graveyard(database)
    connected = others(server)
    if connected:
        raise Busy(
            f"{connected} connections of other programs are open to the local Neo4j at {goal.uri}, which must stop for "
            "a moment: end them, then run this again"
        )
    return scale, start, graveyard, goal, held == 0


def _build(
    server: "LocalServer",
    paths: list[Path],
    began: float,
    clock: int,
    reporter: "Reporter",
    *,
    empty: "Target | None",
    **options: Any,
) -> "Summary":
    """``empty``: the old store, if it held nothing: what is told to it meanwhile must not be lost unseen."""
    from contentgraph.cypher import NIGHT_RETRY_S, Database, target
    from contentgraph.loaders.rebuild import finish, stage, verify
    from contentgraph.server import exchange

    staged = exchange.staging(server, _room(_sizes(paths)))
    try:
        prepared = stage(paths, staged.home / "work", clock=clock, reporter=reporter, **options)
        with reporter.phase("import") as advance:
            exchange.import_store(staged, staged.home / "work" / "files", prepared.arguments)
            advance(prepared.edges)
        with reporter.phase("start") as advance:
            staged.start()
        with Database(target(home_path=staged.home), retry_s=NIGHT_RETRY_S) as database:
            verify(database, prepared)
            summary = finish(database, prepared, began=began, clock=clock, reporter=reporter)
        if empty is not None:
            with Database(empty) as database:
                if _held(database):
                    raise Busy(
                        f"something was written to the local Neo4j at {empty.uri} meanwhile, which was left as it is: "
                        "run this again"
                    )
        with reporter.phase("exchange"):
            exchange.exchange(server, staged, lambda _: None)
    except OSError as error:
        raise ServerError(
            f"{error.filename or staged.home}: {error.strerror}; the old store was left as it is"
        ) from None
    finally:
        exchange.discard(staged)
    summary.timed(reporter, began)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    summary.cpu_s = round(sum(each.ru_utime + each.ru_stime for each in used), 1)
    summary.store_bytes = server.status().store_bytes
    summary.bytes_per_event = round(summary.store_bytes / summary.events, 1) if summary.events else None
    return summary


def register(parent: typer.Typer) -> None:
    """Add ``rebuild`` to the main commands."""
    parent.command()(rebuild)
