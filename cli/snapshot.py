"""``contentgraph snapshot`` and ``precompute``: the graph as a file to serve from, and everybody's feed."""

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document, waiting


def snapshot(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes; an older one is replaced at once.")],
    as_json: JsonFlag = False,
) -> None:
    """Write what feeds are made of to a file: `connect(snapshot=FILE)` serves from it without asking Neo4j."""
    from contentgraph.client import withdrawn
    from contentgraph.cypher import traces
    from contentgraph.loaders.alone import files_alone
    from contentgraph.loaders.snapshot import write_snapshot
    from contentgraph.loaders.tombstones import taken_down

    began = time.perf_counter()
    with files_alone(wait=waiting), open_database() as database:
        traces.note("draft", path)
        down = taken_down(database)
        found = write_snapshot(database, path)
        traces.note("snapshot", path)
        # Who took one down before that note did not know of this file.
        if later := taken_down(database) - down:
            withdrawn.tell(path, later, down=True)
    told = {
        "path": str(path),
        "users": len(found.users),
        "videos": len(found.videos),
        "now": found.now,
        "bytes": path.stat().st_size,
        "seconds": round(time.perf_counter() - began, 3),
    }
    if as_json:
        document(told)
    else:
        size = path.stat().st_size / 2**20
        typer.echo(f"{len(found.users)} users and {len(found.videos)} videos in {path} ({size:.1f} MiB)")


def precompute(
    out: Annotated[Path, typer.Option(metavar="FILE", help="The Parquet file; an older one is replaced at once.")],
    limit: Annotated[int, typer.Option(help="Videos a feed, 1 to 1000.")] = 20,
    snapshot: Annotated[Path | None, typer.Option(help="A file of `snapshot`; the graph is read without one.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write every user's feed: a row a slot, with the parts of the score and the heaviest reason."""
    from contentgraph.client.serving import listed, mapped
    from contentgraph.cypher import traces
    from contentgraph.loaders.alone import files_alone
    from contentgraph.loaders.precompute import precompute as write
    from contentgraph.loaders.snapshot_reading import read_snapshot
    from contentgraph.loaders.tombstones import taken_down

    with ExitStack() as stack:
        stack.enter_context(files_alone(wait=waiting))
        if snapshot is None:
            database = stack.enter_context(open_database())
            gone, read = partial(taken_down, database), partial(read_snapshot, database)
        else:
            gone, read = partial(listed, snapshot), partial(mapped, snapshot)
        down, found = gone(), read()
        found.warm()
        began = time.perf_counter()
        traces.note("draft", out)
        rows = write(found, out, limit=limit)
        traces.note("feeds", out)
        # What was taken down before that note, by who did not know of this file.
        while not (now := gone()) <= down:
            down, rows = now, write(found.without(now), out, limit=limit)
    took = time.perf_counter() - began
    if as_json:
        document({"path": str(out), "users": len(found.users), "rows": rows, "seconds": round(took, 3)})
    else:
        typer.echo(f"{rows} slots for {len(found.users)} users in {out} ({len(found.users) / took:,.0f} users/s)")


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(snapshot)
    parent.command()(precompute)
