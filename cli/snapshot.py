"""``contentgraph snapshot`` and ``precompute``: the graph as a file to serve from, and everybody's feed."""

import time
from pathlib import Path
from typing import Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document


def snapshot(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes; an older one is replaced at once.")],
    as_json: JsonFlag = False,
) -> None:
    """Write what feeds are made of to a file: `connect(snapshot=FILE)` serves from it without asking Neo4j."""
    from contentgraph.cypher import traces
    from contentgraph.loaders.snapshot import write_snapshot

    began = time.perf_counter()
    with open_database() as database:
        traces.note("draft", path)
        found = write_snapshot(database, path)
    traces.note("snapshot", path)
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
    from contentgraph.cypher import traces
    from contentgraph.loaders.precompute import precompute as write
    from contentgraph.loaders.snapshot_reading import read_snapshot

    if snapshot is not None:
        from contentgraph.client.serving import mapped

        found = mapped(snapshot)
    else:
        with open_database() as database:
            found = read_snapshot(database)
    found.warm()
    began = time.perf_counter()
    traces.note("draft", out)
    rows = write(found, out, limit=limit)
    traces.note("feeds", out)
    took = time.perf_counter() - began
    if as_json:
        document({"path": str(out), "users": len(found.users), "rows": rows, "seconds": round(took, 3)})
    else:
        typer.echo(f"{rows} slots for {len(found.users)} users in {out} ({len(found.users) / took:,.0f} users/s)")


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(snapshot)
    parent.command()(precompute)
