"""``contentgraph dump`` and ``restore``: the whole graph to a folder and back, of any Neo4j, into any."""

from pathlib import Path
from typing import Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document


def dump(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    as_json: JsonFlag = False,
) -> None:
    """Write facts, history and results to a folder of JSON lines with checksums; it waits for a night to end."""
    from contentgraph.cypher import target, traces
    from contentgraph.loaders.alone import alone
    from contentgraph.loaders.dump import dump as write

    with open_database() as database, alone(target(), database, wait=_waiting):
        told = write(database, folder)
    traces.note("dump", folder)
    if as_json:
        document(told)
        return
    typer.echo(f"{told.nodes:,} nodes and {told.edges:,} edges in {folder} ({told.bytes / 2**20:.1f} MiB)")
    typer.echo(f"digest of its facts: {told.digest or 'none, events were recorded meanwhile'}")
    if told.others:
        typer.echo(f"{told.others} nodes in the database are not contentgraph's, and not in the dump", err=True)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a dump.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what the graph holds first.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write a dump into an empty graph, of either line; nothing is written unless every byte of it is right."""
    from contentgraph.cypher import NIGHT_RETRY_S, target
    from contentgraph.loaders.alone import alone
    from contentgraph.loaders.dump_format import read_manifest
    from contentgraph.loaders.restore import restore as write

    read_manifest(folder)  # before anything else, the lease included, touches the graph
    with open_database(NIGHT_RETRY_S) as database, alone(target(), database, wait=_waiting):
        told = write(database, folder, replace=replace)
    if as_json:
        document(told)
        return
    typer.echo(f"{told.nodes:,} nodes and {told.edges:,} edges are back")
    if told.announced:
        typer.echo(f"{told.announced} users and videos that were only named come back as not yet described")
    if told.erased:
        typer.echo(f"{told.erased} users and videos stay out: they were erased since the dump was taken")
    typer.echo(f"digest: {told.digest}" + {True: ", as dumped", False: ", NOT as dumped", None: ""}[told.same])


def _waiting(who: str) -> None:
    typer.echo(f"waiting for {who} to end", err=True)


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(dump)
    parent.command()(restore)
