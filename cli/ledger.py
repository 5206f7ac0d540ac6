"""``contentgraph digest``, ``scale`` and ``stats``: what the graph is, in figures."""

from dataclasses import asdict
from typing import Annotated

import typer

from contentgraph.cli.options import open_database, open_graph
from contentgraph.cli.show import JsonFlag, document, moment, table
from contentgraph.errors import UsageError

scale_app = typer.Typer(help="The point scale: show, set.", no_args_is_help=True, rich_markup_mode=None)


def digest(everything: Annotated[bool, typer.Option("--all", help="Facts and what a night derives.")] = False) -> None:
    """Print one SHA-256 over the facts of the graph: equal digests, equal graphs."""
    from contentgraph.loaders.digest import digest as compute

    with open_database() as database:
        typer.echo(compute(database, everything))


@scale_app.command()
def show(as_json: JsonFlag = False) -> None:
    """Show the weights and thresholds that hold."""
    from contentgraph.loaders.scale import current_scale

    with open_database() as database:
        scale = current_scale(database)
    if as_json:
        document(scale)
    else:
        table(("name", "value"), [(name.replace("_", " "), f"{value:g}") for name, value in asdict(scale).items()])


@scale_app.command("set")
def set_(
    rewatch: Annotated[float | None, typer.Option(help="Points of a rewatch.")] = None,
    completion: Annotated[float | None, typer.Option(help="Points of a completion.")] = None,
    share: Annotated[float | None, typer.Option(help="Points of a share.")] = None,
    comment: Annotated[float | None, typer.Option(help="Points of a comment.")] = None,
    like: Annotated[float | None, typer.Option(help="Points of a like.")] = None,
    completion_ratio: Annotated[float | None, typer.Option(help="Watched / duration of a completed view.")] = None,
    rewatch_ratio: Annotated[float | None, typer.Option(help="Watched / duration of a rewatch.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write a new version with what is given, and derive all points again."""
    from contentgraph.cypher import NIGHT_RETRY_S
    from contentgraph.loaders.scale import set_scale

    given = {
        "rewatch": rewatch,
        "completion": completion,
        "share": share,
        "comment": comment,
        "like": like,
        "completion_ratio": completion_ratio,
        "rewatch_ratio": rewatch_ratio,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise UsageError("nothing to set; give at least one of --rewatch, --completion, --share, --comment, --like")
    with open_database(NIGHT_RETRY_S) as database:
        scale = set_scale(database, lambda _: None, **changes)
    if as_json:
        document(scale)
    else:
        typer.echo(
            f"scale version {scale.version} holds; points are derived again, 'contentgraph nightly' does the rest"
        )


def stats(as_json: JsonFlag = False) -> None:
    """Show how much is in the graph."""
    with open_graph() as graph:
        found = graph.stats()
    if as_json:
        document(found)
        return
    table(("nodes", "count"), found.nodes.items(), right=["count"])
    table(("relationships", "count"), found.relationships.items(), right=["count"])
    typer.echo(f"{found.server}, as of {moment(found.now)}, last run {found.last_run or 'never'}")


def register(parent: typer.Typer) -> None:
    """Add ``digest`` and ``stats`` to the main commands."""
    parent.command()(digest)
    parent.command()(stats)
