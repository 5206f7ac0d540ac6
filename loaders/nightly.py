"""The nightly loader's command line: ``python -m contentgraph.loaders.nightly PATH…``, or ``contentgraph nightly``."""

import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from contentgraph.cypher import NIGHT_RETRY_S, Database, target, traces
from contentgraph.errors import ContentGraphError, InvalidEvent, UsageError
from contentgraph.graph.fields import moment
from contentgraph.graph.times import checked_now
from contentgraph.loaders.alone import alone
from contentgraph.loaders.leftovers import sweep
from contentgraph.loaders.night import MAX_REJECT_SHARE, Summary, run_night
from contentgraph.loaders.reporting import Reporter
from contentgraph.loaders.roomy import roomy
from contentgraph.loaders.tuning import BUDGET_S, Tuning, read_params


def nightly(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: native, KuaiRand logs, TikTok items.")],
    now: Annotated[
        str | None,
        typer.Option(
            help="Ages count from here (ISO 8601 or epoch ms); later events are rejected. Default: the latest event."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and fold only; needs no Neo4j, writes nothing but rejects.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    rejects: Annotated[Path, typer.Option(help="Folder for rejected rows, a file a run.")] = Path("rejects"),
    max_rejects: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Above this share of rejects no row is written.")
    ] = MAX_REJECT_SHARE,
    format: Annotated[
        str | None, typer.Option(help="native, kuairand or tiktok; found out by itself otherwise.")
    ] = None,
    tune: Annotated[
        float, typer.Option(min=0.0, help="Seconds of search for better parameters; 0 keeps the previous night's.")
    ] = BUDGET_S,
    params: Annotated[
        Path | None, typer.Option(help="A JSON file of pinned parameters, as evaluate prints them: nothing is tuned.")
    ] = None,
    neighbours: Annotated[
        int | None,
        typer.Option(min=1, max=1_000, help="SIMILAR edges a video, from now on; 50 where never said."),
    ] = None,
    fold: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", help="At the end, fold engagement that is older; 36 or more. Nothing is otherwise."
        ),
    ] = None,
    log: Annotated[str, typer.Option(help="auto, plain, json or quiet.")] = "auto",
    uri: Annotated[
        str | None, typer.Option(help="Neo4j to load into; CONTENTGRAPH_URI otherwise, else the local one.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="CONTENTGRAPH_USER otherwise.")] = None,
    database: Annotated[str | None, typer.Option(help="CONTENTGRAPH_DATABASE otherwise.")] = None,
    home_folder: Annotated[
        Path | None, typer.Option("--home", help="Folder of the local server; CONTENTGRAPH_HOME otherwise.")
    ] = None,
) -> None:
    """Load files into the graph and derive scores, similarities, featured lists, pulses and trends again.

    Safe to repeat: the same rows in any order, any number of times, give the same graph.
    Exit codes: 0 fine, 2 wrong usage, 3 too many rejects, 4 Neo4j out of reach.
    """
    clock = time.time_ns() // 1_000_000
    reporter, at, tuning = asked(log, now, tune, params)
    if dry_run:
        summary = run_night(
            None, paths, clock=clock, now=at, rejects=rejects, max_reject_share=max_rejects, format=format,
            reporter=reporter,
        )  # fmt: skip
    else:
        goal = target(uri, user, None, database, home_folder)
        with Database(goal, retry_s=NIGHT_RETRY_S) as store, alone(goal, store.verify(), home_folder):
            traces.note("rejects", rejects, home_folder)
            sweep()
            summary = run_night(
                store, paths, clock=clock, now=at, rejects=rejects, max_reject_share=max_rejects, format=format,
                tuning=tuning, reporter=reporter, fold_days=fold, neighbours=neighbours,
            )  # fmt: skip
    if json:
        tell_json(summary)
    else:
        show(summary)


def asked(log: str, now: str | None, tune: float, params: Path | None) -> tuple[Reporter, int | None, Tuning]:
    """Who is told of the phases, the moment to count from, and how to tune, from a command's options.

    Raises:
        UsageError: one of them cannot be used.
    """
    if log not in ("auto", "plain", "json", "quiet"):
        raise UsageError(f"--log is {log!r}; give auto, plain, json or quiet")
    try:
        # What is stored with a later one stays ahead of all nights to come.
        at = None if now is None else checked_now(moment("--now", now), time.time_ns() // 1_000_000, "--now")
    except InvalidEvent as error:
        raise UsageError(str(error)) from None
    tuning = Tuning(tune, None if params is None else read_params(params))
    return Reporter(log), at, tuning  # type: ignore[arg-type]  # checked above


def tell_json(summary: Summary) -> None:
    """Print a summary as one JSON object on one line."""
    sys.stdout.write(orjson.dumps(asdict(summary)).decode() + "\n")


def show(summary: Summary) -> None:
    """Print a summary for people."""
    console = Console()
    table = Table(title=f"Night {summary.run}", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_row("now", datetime.fromtimestamp(summary.now / 1000, UTC).isoformat(timespec="seconds"))
    table.add_row("rows read", f"{summary.read:,}")
    table.add_row("events", f"{summary.events:,}")
    for reason, count in summary.rejected.items():
        table.add_row(f"rejected: {reason}", f"{count:,}")
    table.add_row("user–video pairs", f"{summary.pairs:,}")
    if not summary.dry_run:
        if summary.tuned.get("settings"):
            table.add_row("settings tried, taken", f"{summary.tuned['settings']:,}, {summary.tuned['taken']:,}")
        if summary.changed.get("folded"):
            table.add_row("engagements folded", f"{summary.changed['folded']:,}")
        table.add_row("nodes", f"{summary.nodes:,}")
        table.add_row("relationships", f"{summary.relationships:,}")
        for kind, count in summary.unannounced.items():
            if count:
                table.add_row(f"{kind} named, not yet described", f"{count:,}")
        for name, one in summary.audits.items():
            table.add_row(f"boosted ({name}), below the bar on later views", one.share)
    table.add_row("seconds", f"{summary.total_seconds:,.1f}")
    table.add_row("peak memory", f"{summary.peak_gib:.2f} GiB")
    table.add_row("processor seconds", f"{summary.cpu_s:,.1f}")
    if summary.neo4j_cpu_s is not None:
        table.add_row("processor seconds of Neo4j", f"{summary.neo4j_cpu_s:,.1f}")
    if summary.bytes_per_event is not None and summary.store_bytes is not None:
        table.add_row("store of Neo4j", f"{summary.store_bytes / 2**20:,.1f} MiB")
        table.add_row("bytes an event told so far", f"{summary.bytes_per_event:,.0f}")
    console.print(table)
    for alarm in summary.alarms:
        console.print(f"ALARM {alarm}", markup=False, highlight=False)
    if summary.rejects:
        console.print(f"rejected rows, with file, line and reason: {summary.rejects}", markup=False, highlight=False)


def main() -> None:
    """Run as a script; no traceback reaches the caller for an error that has a name."""
    app = typer.Typer(add_completion=False)
    app.command()(nightly)
    roomy()
    try:
        app()
    except ContentGraphError as error:
        sys.stderr.write(f"contentgraph: {error}\n")
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
