"""``contentgraph schema``, ``sample`` and ``nightly``: from files to a graph that can be asked."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import document
from contentgraph.errors import UsageError


def schema(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
) -> None:
    """Create constraints, indexes and default settings, and bring an older store forward; harmless if all is there."""
    from contentgraph.cypher.installation import SCHEMA_VERSION, install, plan

    with open_database() as database:
        if dry_run:
            found, steps, missing = plan(database)
            typer.echo(f"the store has schema version {found or 'none'}, this package brings {SCHEMA_VERSION}")
            for version, step in steps.items():
                typer.echo(f"to {version}: {step.what}")
            typer.echo(f"to create: {', '.join(missing) or 'nothing'}")
            return
        typer.echo(f"schema version {install(database)} is in place")


def sample(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where its files go; made if missing.")],
    users: Annotated[int, typer.Option(help="Accounts.")] = 2_000,
    videos: Annotated[int, typer.Option(help="Videos.")] = 1_000,
    events: Annotated[int, typer.Option(help="Rows of the event log.")] = 50_000,
    days: Annotated[int, typer.Option(help="Length of the log, days.")] = 14,
    until: Annotated[str, typer.Option(help="End of the log: a date or time, UTC.")] = "2026-11-01",
    seed: Annotated[int, typer.Option(help="Seed of chance; equal seeds give equal files.")] = 1,
    taste: Annotated[str, typer.Option(help="communities, continuous or drifting.")] = "communities",
    noise: Annotated[float, typer.Option(help="Chance relative to taste.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Generate a platform with hidden truth, in the native format."""
    from contentgraph.graph.platform.generating import PlatformConfig
    from contentgraph.loaders.sample import write_sample

    config = PlatformConfig(
        users=users, videos=videos, events=events, days=days, until=_until(until), seed=seed, taste=taste, noise=noise
    )
    written = write_sample(directory, config, progress=lambda step: typer.echo(f"sample: {step}", err=True))
    if as_json:
        document(written)
    else:
        typer.echo(
            f"{written.users} users, {written.videos} videos, {written.challenges} challenges and {written.events} "
            f"events in {written.directory} ({written.bytes / 2**20:.1f} MiB)"
        )


def _until(text: str) -> int:
    """Epoch ms of a date or time; naive ones are UTC, a date is its first moment."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until is {text!r}; give a date such as 2026-11-01, or 2026-11-01T12:00:00Z") from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def nightly(context: typer.Context) -> None:
    """Load files, score, find what is similar and what trends: the nightly run."""
    from functools import wraps

    from typer.main import get_command

    from contentgraph.cli.rebuild import is_first_load, rebuild
    from contentgraph.loaders import nightly as night

    @wraps(night.nightly)
    def by_the_faster_way(**told: Any) -> None:
        if told["dry_run"] or not is_first_load(told["paths"]):
            night.nightly(**told)
            return
        typer.echo("much to load into an empty local graph: by bulk import, as 'contentgraph rebuild' does", err=True)
        shared = ("paths", "now", "rejects", "max_rejects", "format", "tune", "params", "neighbours", "log")
        rebuild(replace=False, as_json=told["json"], **{name: told[name] for name in shared})

    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name="nightly")(by_the_faster_way)
    code = get_command(alone).main(args=context.args, prog_name="contentgraph nightly", standalone_mode=False)
    if isinstance(code, int) and code:
        raise typer.Exit(code)


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(schema)
    parent.command()(sample)
    # Its options are the loader's own, which costs half a second to import: only when it is called.
    passing = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    parent.command(context_settings=passing)(nightly)
