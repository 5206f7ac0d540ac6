"""``contentgraph dump`` and ``restore``: the whole graph to a folder and back, of any Neo4j, into any."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document, waiting

if TYPE_CHECKING:
    from contentgraph.loaders.restore import Restored
    from contentgraph.loaders.tombstones import Graveyard

ErasureFiles = Annotated[
    list[Path] | None,
    typer.Option(help="A file of 'contentgraph erasures': who was erased since a dump, beside what this home knows."),
]


def dump(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    as_json: JsonFlag = False,
) -> None:
    """Write facts, history and results to a folder of JSON lines with checksums; it waits for a night to end."""
    from contentgraph.cypher import target, traces
    from contentgraph.loaders.alone import alone
    from contentgraph.loaders.dump import dump as write
    from contentgraph.loaders.erasures import remember
    from contentgraph.loaders.tombstones import read_graveyard

    with open_database() as database, alone(target(), database, wait=waiting):
        traces.note("draft", folder)
        told = write(database, folder)
        remember(read_graveyard(database))
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
    erasures: ErasureFiles = None,
    as_json: JsonFlag = False,
) -> None:
    """Write a dump into an empty graph, of either line; nothing is written unless every byte of it is right.

    Who was erased since stays out, as far as it is known: by the graph, by this home, and by files of erasures.
    """
    from contentgraph.cypher import NIGHT_RETRY_S, target
    from contentgraph.loaders.alone import alone
    from contentgraph.loaders.dump_lines import read_dump
    from contentgraph.loaders.restore import restore as write
    from contentgraph.loaders.tombstones import read_graveyard

    read_dump(folder)  # before anything else, the lease included, touches the graph
    with open_database(NIGHT_RETRY_S) as database, alone(target(), database, wait=waiting):
        known = known_erasures(read_graveyard(database), erasures or ())
        told = write(database, folder, replace=replace, erasures=known)
    say_restored(told, as_json)


def known_erasures(graveyard: "Graveyard", files: Iterable[Path]) -> "Graveyard":
    """Who stays out of a graph that comes back: by the graph there, by this home, and by files of erasures."""
    from contentgraph.loaders.erasures import joined, read_erasures, remembered

    known = joined(graveyard, remembered(), *map(read_erasures, files))
    if not known.rows:
        typer.echo(
            "nobody's erasure is known here: who was erased after this dump comes back, unless --erasures names a "
            "file of 'contentgraph erasures' from the graph that it was taken from",
            err=True,
        )
    return known


def say_restored(told: "Restored", as_json: bool) -> None:
    """What came back."""
    if as_json:
        document(told)
        return
    typer.echo(f"{told.nodes:,} nodes and {told.edges:,} edges are back")
    if told.announced:
        typer.echo(f"{told.announced} users and videos that were only named come back as not yet described")
    if told.erased:
        typer.echo(f"{told.erased} nodes stay out: users and videos that were erased since, and what names them")
    typer.echo(f"digest: {told.digest}" + {True: ", as dumped", False: ", NOT as dumped", None: ""}[told.same])


def erasures(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; what is there is replaced.")],
    as_json: JsonFlag = False,
) -> None:
    """Write who was erased, as salted hashes and no ids, for restores of older dumps elsewhere: keep it with them."""
    from contentgraph.loaders.erasures import joined, remembered, write_erasures
    from contentgraph.loaders.tombstones import read_graveyard

    with open_database() as database:
        written = write_erasures(file, joined(read_graveyard(database), remembered()))
    if as_json:
        document({"path": str(file), "erased": written})
    else:
        typer.echo(f"{written} erasures in {file}")


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(dump)
    parent.command()(restore)
    parent.command()(erasures)
