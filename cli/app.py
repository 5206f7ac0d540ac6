"""All commands under one name."""

from typing import Annotated

import typer

from contentgraph.cli import (
    answers,
    backup,
    challenges,
    content,
    erasing,
    evaluate,
    folding,
    inviting,
    ledger,
    night,
    options,
    rebuild,
    replay,
    server,
    snapshot,
    statements,
    trends,
    waves,
)

app = typer.Typer(
    name="contentgraph",
    help="Graph recommendations for short video on plain Neo4j.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        from contentgraph import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    uri: Annotated[str | None, typer.Option(help="Neo4j's address, such as bolt://host:7687.")] = None,
    user: Annotated[str | None, typer.Option(help="Who signs in there.")] = None,
    password_file: Annotated[
        str | None, typer.Option(help="A file with the password, - for stdin; CONTENTGRAPH_PASSWORD otherwise.")
    ] = None,
    database: Annotated[str | None, typer.Option(help="The database's name.")] = None,
    home: Annotated[str | None, typer.Option(help="Folder of the local server.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001 -- main reads it
    version: Annotated[  # noqa: ARG001 -- its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Graph recommendations for short video on plain Neo4j.

    The options here go before or after a command's name. What is not given comes from CONTENTGRAPH_URI, _USER,
    _PASSWORD, _DATABASE and _HOME, then from the local server.
    """
    options.choose(uri, user, password_file, database, home)


app.add_typer(server.app, name="neo4j")
app.add_typer(ledger.scale_app, name="scale")
server.register(app)
statements.register(app)
night.register(app)
rebuild.register(app)
snapshot.register(app)
evaluate.register(app)
erasing.register(app)
backup.register(app)
folding.register(app)
ledger.register(app)
answers.register(app)
waves.register(app)
replay.register(app)
trends.register(app)
challenges.register(app)
inviting.register(app)
content.register(app)
