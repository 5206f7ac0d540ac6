"""``contentgraph analyse`` and ``overrule``: what is in videos, and a person's word over a proposed rating."""

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_database, open_graph
from contentgraph.cli.show import document
from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.content.facts import Reject, Task

NEEDS = "analysis needs more packages; run pip install 'contentgraph[content]'"


def analyse(
    paths: Annotated[list[Path], typer.Argument(help="Media files, folders of them, or a videos table with media.")],
    workers: Annotated[int, typer.Option(min=1, max=64, help="Videos at once, a process each.")] = 2,
    model: Annotated[Path | None, typer.Option(help="An ONNX image model for embeddings; else none is needed.")] = None,
    reader: Annotated[Path | None, typer.Option(help="An ONNX text recognition model, for other scripts.")] = None,
    seconds: Annotated[float, typer.Option(min=1.0, help="Time that one video may take.")] = 30.0,
    memory: Annotated[float, typer.Option(min=0.5, help="Memory that one process may take, GB.")] = 1.5,
    again: Annotated[bool, typer.Option("--again", help="Analyse what was analysed before, too.")] = False,
    rejects: Annotated[Path, typer.Option(help="Folder for rejected files, a file a run.")] = Path("rejects"),
    log: Annotated[str, typer.Option(help="auto, plain, json or quiet.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Analyse text, frames and sound of videos, and write what is found into the graph.

    Safe to end and to repeat: what was analysed stays, and only the rest is done. A bad file is one reject.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("av", "cv2", "rapidocr", "nudenet", "lingua", "onnxruntime")):
        raise UsageError(NEEDS)
    if log not in ("auto", "plain", "json", "quiet"):
        raise UsageError(f"--log is {log!r}; give auto, plain, json or quiet")
    for path in (model, reader):
        if path is not None and not path.is_file():
            raise UsageError(f"there is no model {path}; give the path of an ONNX file")
    from contentgraph.content.files import distinct
    from contentgraph.content.job import run
    from contentgraph.content.workers import Bounds
    from contentgraph.cypher import NIGHT_RETRY_S
    from contentgraph.cypher.installation import install
    from contentgraph.loaders.rejects import RejectWriter
    from contentgraph.loaders.reporting import Reporter

    run_id = time.strftime("analyse-%Y%m%dT%H%M%S-", time.gmtime()) + uuid.uuid4().hex[:8]
    bounds = Bounds(seconds, int(memory * 1e9), model, reader)
    reporter = Reporter(log)  # type: ignore[arg-type]  # checked above
    with RejectWriter(rejects, run_id) as writer:
        tasks = distinct(_tasks(paths, writer.reject), writer.reject)
        with open_database(NIGHT_RETRY_S) as database, reporter.phase("analyse", len(tasks)) as advance:
            install(database)
            told = run(
                database, tasks, workers=workers, bounds=bounds, again=again, reject=writer.reject, progress=advance
            )
    place = str(writer.path) if writer.counts else None
    if as_json:
        document(asdict(told) | {"rejected": writer.counts, "rejects": place})
        return
    typer.echo(
        f"{told.found} videos: {told.analysed} analysed ({told.seconds_a_video:.2f} s each), {told.before} before"
    )
    for reason, count in sorted(writer.counts.items()):
        typer.echo(f"rejected: {reason} {count}")
    typer.echo(
        f"{told.reposts} reposts, {told.same_sounds} with an older one's sound, {told.spellings} other spellings, "
        f"{told.placed} first neighbours of videos without viewers"
    )
    for rating, count in sorted(told.proposed.items()):
        typer.echo(f"proposed: {rating} for {count} (contentgraph overrule VIDEO --by NAME, if it is wrong)")
    if place:
        typer.echo(f"rejected files, with the reason: {place}")


def _tasks(paths: list[Path], reject: "Reject") -> Iterator["Task"]:
    """Rows of videos tables, and media files; a folder with a videos table is a catalogue."""
    from contentgraph.content.files import catalogue_rows, media_files
    from contentgraph.loaders.source_native import table_of

    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        tables = [each for each in inside if each.is_file() and table_of(each) == "videos"]
        if tables:
            yield from catalogue_rows(_rows(tables, reject), reject)
        else:
            yield from media_files([path], reject)


def _rows(tables: list[Path], reject: "Reject") -> Iterator[tuple[str, int, Mapping[str, object]]]:
    from contentgraph.loaders import cells
    from contentgraph.loaders.raw import Rejected
    from contentgraph.loaders.source_native import FIELDS, ending_of

    for path in tables:
        ending = ending_of(path)
        if ending == ".jsonl":
            found = cells.json_lines(path)
        elif ending == ".csv":
            found = cells.csv_rows(path)
        else:
            found = cells.parquet_rows(path, (*FIELDS["videos"], "media"))
        for line, value in found:
            if isinstance(value, Rejected):
                reject(str(path), line, value.reason, value.message, value.row)
            else:
                yield str(path), line, value


def overrule(
    video: Annotated[str, typer.Argument(help="The video's id.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Decide that a rating which analysis proposed does not hold; what was told holds again."""
    with open_graph() as graph:
        found = graph.overrule(video, by=by)
    if as_json:
        document(found)
    else:
        typer.echo(f"{video}: {found.rating or 'unknown'} (proposed was {found.proposed or 'nothing'})")


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(analyse)
    parent.command()(overrule)
