"""``contentgraph fold``: old engagement becomes sums by creator, sound and hashtag."""

import time
from typing import Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document, moment
from contentgraph.errors import SchemaError, UsageError


def fold(
    older_than: Annotated[
        int | None,
        typer.Option(metavar="DAYS", help="Days before the latest event; 36 or more. A later fold never reaches less."),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            min=0, help="So many of each person's latest engagements stay, whatever their age; 10 if not given."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be folded, and fold nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fold engagement older than DAYS: sums a person and creator, sound and hashtag are left, and what she has seen.

    It cannot be undone, but by a dump; events from before are refused from then on. 'nightly --fold DAYS' does it each
    night.
    """
    from contentgraph.cypher import NIGHT_RETRY_S, target
    from contentgraph.graph.folded import LATEST
    from contentgraph.loaders.alone import alone
    from contentgraph.loaders.folding import check_days, fold_older

    if older_than is None:
        raise UsageError("say from which age engagement is folded: --older-than DAYS, such as 180")
    check_days(older_than)
    with open_database(NIGHT_RETRY_S) as database, alone(target(), database):
        if not database.read("last_run"):
            raise SchemaError("no night has said what leads anywhere; run 'contentgraph nightly' first")
        told = fold_older(
            database,
            older_than,
            clock=time.time_ns() // 1_000_000,
            latest=LATEST if keep is None else keep,
            dry_run=dry_run,
        )
    if as_json:
        document(told)
        return
    done = "would be folded" if dry_run else "are folded"
    typer.echo(f"{told.pairs:,} engagements of {told.people:,} people from before {moment(told.before)} {done}")


def register(parent: typer.Typer) -> None:
    """Add it to the main commands."""
    parent.command()(fold)
