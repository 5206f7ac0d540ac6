"""``contentgraph evaluate``: is what is served better than what others would suggest, on your own data."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from contentgraph.cli.show import json_text, table
from contentgraph.errors import UsageError


def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="A log (native files, KuaiRand) or a folder with a published split."),
    ],
    format: Annotated[
        str | None, typer.Option(help="lightgcn or pairs for a split; native and kuairand logs are found out.")
    ] = None,
    features: Annotated[
        list[Path] | None, typer.Option(help=".npy with a row a video, in the order of numeric ids; one or more.")
    ] = None,
    neighbours: Annotated[int, typer.Option(min=1, max=1000, help="Stored edges a video.")] = 100,
    budget: Annotated[float, typer.Option(min=0.0, help="Seconds of tuning, for each method.")] = 120.0,
    params: Annotated[Path | None, typer.Option(help="A JSON file of pinned parameters: nothing is tuned.")] = None,
    baseline: Annotated[
        list[str] | None, typer.Option(help="A baseline to run; may be repeated, 'none' for none. Default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 0,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a core.")] = None,
    lists: Annotated[Path | None, typer.Option(help="Write what is served here: user, rank, video.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, on the last line.")] = False,
) -> None:
    """Judge what is served on held-out data, beside baselines that are tuned with the same budget.

    A log is cut by time, its last fifth is foretold; a published split is taken as it is. Needs no Neo4j.
    """
    from contentgraph.loaders import evaluate as run

    # An option takes one value: further files of features arrive beside the path.
    further = [one for one in paths if features and one.suffix == ".npy"]
    named = [one for one in paths if one not in further]
    if len(named) != 1:
        raise UsageError(f"evaluate takes one PATH, and got {' and '.join(map(str, named)) or 'none'}.")
    pinned = None if params is None else run.read_params(params)
    if lists is not None:
        run.ensure_writable(lists)
    split, known = run.read_split(
        named[0], format, clock_ms=time.time_ns() // 1_000_000, features=[*(features or ()), *further]
    )
    only = None if not baseline else frozenset(baseline) - {"none"}
    found = run.evaluate(
        split,
        known,
        neighbours=neighbours,
        budget_s=budget,
        clock=run.seconds,
        seed=seed,
        threads=threads,
        pinned=pinned,
        only=only,
        note=lambda text: typer.echo(f"evaluate: {text}", err=True),
    )
    if lists is not None:
        typer.echo(f"evaluate: {run.write_lists(found, lists):,} rows in {lists}", err=True)
    told = run.report(found)
    if as_json:
        typer.echo(json_text(told))
        return
    methods: Any = told["methods"]
    names = ("recall@20", "ndcg@20", "graded_ndcg@20", "coverage@20")
    rows = [
        [
            name,
            *(f"{row[figure]:.4f}" for figure in names),
            *(f"{row[part]:.1f}" for part in ("tune_s", "fit_s", "score_s")),
        ]
        for name, row in methods.items()
    ]
    table(["method", *names, "tune s", "fit s", "score s"], rows)
    typer.echo(
        f"{told['dataset']}: {told['judged']:,} of {told['users']:,} users judged, {told['videos']:,} videos, "
        f"{told['targets']:,} targets; served is {told['served']}"
    )


def register(parent: typer.Typer) -> None:
    """Add it to the main commands."""
    parent.command()(evaluate)
