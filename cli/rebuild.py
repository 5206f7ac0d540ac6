"""``contentgraph rebuild``: a new store for the local Neo4j, from files or from a dump, by its bulk import."""

import os
import resource
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.backup import ErasureFiles, known_erasures, say_restored
from contentgraph.cli.new_store import build, held, local_server, old_store, room, size
from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.loaders.dump_import import PreparedDump
    from contentgraph.loaders.reporting import Reporter
    from contentgraph.loaders.tuning import Tuning

FIRST_LOAD = 128 * 2**20
"""Bytes of files from which on a night into an empty local graph is a rebuild: some 800,000 events as JSONL."""


def is_first_load(paths: list[Path]) -> bool:
    """Whether a night is better done as a rebuild: much to load into the local Neo4j, which is up, empty and asked by
    nobody else, with room for a second store.
    """
    from shutil import disk_usage

    from contentgraph.cypher import Database, home, target
    from contentgraph.server.exchange import as_started, others
    from contentgraph.server.settings import DATABASE

    if os.environ.get("CONTENTGRAPH_URI") or (os.environ.get("CONTENTGRAPH_DATABASE") or DATABASE) != DATABASE:
        return False
    loaded = size(paths)
    if loaded < FIRST_LOAD:
        return False
    server = as_started(home())
    if not server.status().running or disk_usage(server.home).free < room(loaded):
        return False
    with Database(target(home_path=server.home)) as database:
        empty = held(database.verify()) == 0 and not database.read("last_run")
    return empty and not others(server)


def rebuild(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders: native, KuaiRand logs, TikTok items.")
    ] = None,
    dump: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of a dump instead: all of it comes back.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the new store in the place of one that holds data.")
    ] = False,
    now: Annotated[str | None, typer.Option(help="As nightly's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    rejects: Annotated[Path, typer.Option(help="Folder for rejected rows, a file a run.")] = Path("rejects"),
    max_rejects: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Above this share of rejects no row is written.")
    ] = 0.05,
    format: Annotated[str | None, typer.Option(help="native, kuairand or tiktok.")] = None,
    tune: Annotated[float, typer.Option(min=0.0, help="Seconds of search for better parameters.")] = 15.0,
    params: Annotated[Path | None, typer.Option(help="A JSON file of pinned parameters: nothing is tuned.")] = None,
    neighbours: Annotated[int | None, typer.Option(min=1, max=1_000, help="As nightly's.")] = None,
    erasures: ErasureFiles = None,
    port: Annotated[
        int | None, typer.Option(help="Bolt port of the new store's Neo4j; else that of its last start, or 7687.")
    ] = None,
    log: Annotated[str, typer.Option(help="auto, plain, json or quiet.")] = "auto",
) -> None:
    """Build the local Neo4j's store anew by bulk import, from files or from a dump, and serve it.

    The facts are those of a night over the same files, or those that were dumped; the old store is served until the new
    one is verified.
    Exit codes: 0 fine, 2 wrong usage, 3 too many rejects, 5 the local Neo4j, 6 a newer schema or not what was dumped.
    """
    from contentgraph.loaders.nightly import asked

    reporter, at, tuning = asked(log, now, tune, params)
    if dump is None:
        if not paths or erasures:
            raise UsageError("give files or folders to build from, or --dump DIR, which takes --erasures too")
        _from_files(paths, reporter, at, tuning, neighbours, replace, as_json, rejects, max_rejects, format, port)
    elif paths or now or format or params or neighbours:
        raise UsageError(
            "--dump DIR brings back what was derived before: leave out files, --now, --format, --params and "
            "--neighbours"
        )
    else:
        _from_dump(dump, reporter, replace, as_json, erasures or [], port)


def _from_files(
    paths: list[Path],
    reporter: "Reporter",
    now: int | None,
    tuning: "Tuning",
    neighbours: int | None,
    replace: bool,
    as_json: bool,
    rejects: Path,
    max_rejects: float,
    format: str | None,
    port: int | None,
) -> None:
    from contentgraph.cypher import traces
    from contentgraph.loaders.derive import NightParams
    from contentgraph.loaders.nightly import show, tell_json
    from contentgraph.loaders.rebuild import finish, stage

    began, clock = time.perf_counter(), time.time_ns() // 1_000_000
    server = local_server(port)
    with old_store(server, replace) as old:
        traces.note("rejects", rejects, server.home)
        similar = neighbours or old.neighbours
        params = NightParams(k=similar) if similar else None
        prepare = partial(
            stage, paths, clock=clock, now=now, rejects=rejects, max_reject_share=max_rejects, format=format,
            scale=old.scale, params=params, tuning=tuning, start=old.start, reporter=reporter,
            graveyard=old.graveyard,
        )  # fmt: skip
        end = partial(finish, began=began, clock=clock, reporter=reporter)
        summary = build(server, old, size(paths), reporter, prepare, end)
    summary.timed(reporter, began)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    summary.cpu_s = round(sum(each.ru_utime + each.ru_stime for each in used), 1)
    summary.store_bytes = server.status().store_bytes
    summary.bytes_per_event = round(summary.store_bytes / summary.events, 1) if summary.events else None
    if as_json:
        tell_json(summary)
    else:
        show(summary)


def _from_dump(
    dump: Path, reporter: "Reporter", replace: bool, as_json: bool, erasures: list[Path], port: int | None
) -> None:
    from contentgraph.loaders.dump_import import finish_dump, stage_dump
    from contentgraph.loaders.dump_lines import read_dump

    server = local_server(port)
    with reporter.phase("check"):
        manifest = read_dump(dump)  # before anything else touches the old store

    def stage(folder: Path) -> "PreparedDump":
        with reporter.phase("files") as advance:
            return stage_dump(dump, manifest, folder / "files", known, advance)

    with old_store(server, replace) as old:
        known = known_erasures(old.graveyard, erasures)
        found = build(server, old, size([dump]), reporter, stage, partial(finish_dump, reporter=reporter))
    say_restored(found, as_json)


def register(parent: typer.Typer) -> None:
    """Add ``rebuild`` to the main commands."""
    parent.command()(rebuild)
