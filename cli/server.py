"""``contentgraph neo4j …`` and ``shell``: the local Neo4j."""

import os
import sys
from typing import Annotated

import typer

from contentgraph.cli.show import document, moment

app = typer.Typer(help="The local Neo4j: start, stop, status, url.", no_args_is_help=True, rich_markup_mode=None)


def _say(line: str) -> None:
    typer.echo(line, err=True)


@app.command()
def start(
    line: Annotated[str | None, typer.Option(help="Release line: 2026 or 5.26.")] = None,
    port: Annotated[int, typer.Option(help="Bolt port, on loopback.")] = 7687,
    heap: Annotated[int, typer.Option(help="Heap, MiB.")] = 1024,
    page_cache: Annotated[int, typer.Option(help="Page cache, MiB.")] = 512,
    wait: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How long Neo4j may take until it answers, as to recover.")
    ] = 120,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Let a newer line open an older store, for good.")] = False,
) -> None:
    """Start the local Neo4j in the background; harmless if it runs."""
    from contentgraph.cypher import home
    from contentgraph.server import DEFAULT_LINE, LocalServer

    local = LocalServer(home(), line=line or DEFAULT_LINE, port=port, heap_mb=heap, page_cache_mb=page_cache)
    connection = local.start(progress=_say, timeout_s=wait, upgrade=upgrade)
    typer.echo(f"Neo4j is up at {connection.uri}")


@app.command()
def stop() -> None:
    """Stop the local Neo4j; harmless if it does not run."""
    from contentgraph.cypher import home
    from contentgraph.server import LocalServer

    typer.echo("Neo4j has stopped" if LocalServer(home()).stop() else "no local Neo4j was running")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Say whether the local Neo4j runs, where, and how big its store is."""
    from contentgraph.cypher import home
    from contentgraph.server import LocalServer

    found = LocalServer(home()).status()
    if as_json:
        document(found)
        return
    if found.running:
        typer.echo(f"running: Neo4j {found.version} at {found.uri}, pid {found.pid}, since {moment(found.started_at)}")
    elif found.pid is not None:
        typer.echo(f"starting or going down, pid {found.pid}; see {found.home / 'logs'}")
    else:
        typer.echo("stopped" if found.version is None else f"stopped: a store of Neo4j {found.version}")
    typer.echo(f"home: {found.home}, {found.store_bytes / 2**20:.0f} MiB")


@app.command()
def url() -> None:
    """Print the address of the local Neo4j."""
    from contentgraph.cypher import home
    from contentgraph.server import LocalServer

    typer.echo(LocalServer(home()).connection().uri)


def shell(context: typer.Context) -> None:
    """Open cypher-shell, signed in; what follows goes to it: contentgraph shell -- 'RETURN 1'."""
    from contentgraph.cypher import target
    from contentgraph.server import Connection, default_cache
    from contentgraph.server.tools import shell_command

    where = target()
    connection = Connection(where.uri, where.user, where.password.get_secret_value(), where.database)
    command = shell_command(connection, default_cache(), _say)
    arguments = [*command.arguments, *context.args]
    sys.stdout.flush()
    os.execve(arguments[0], arguments, command.environment)  # noqa: S606 -- the verified runtime, by its full path


def register(parent: typer.Typer) -> None:
    """Add ``shell`` to the main commands."""
    parent.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(shell)
