"""``contentgraph waves`` and ``fairness``: new videos, their audiences, and whether chances are equal."""

from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_database, open_graph
from contentgraph.cli.show import JsonFlag, document, moment, named, table
from contentgraph.cli.times import time_of

if TYPE_CHECKING:
    import numpy as np

SeedOption = Annotated[int | None, typer.Option(min=0, help="Seed of chance.")]


def waves(
    what: Annotated[str, typer.Argument(metavar="VIDEO|step|value", help="A video's way; or take a step; or values.")],
    now: Annotated[
        str | None, typer.Option(help="step: the time (ISO 8601 or epoch ms); else the latest event's.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=0, help="step: test slots a day; else two an active person.")
    ] = None,
    videos: Annotated[int, typer.Option(min=1, help="step: videos that get slots in it, at most.")] = 500,
    seed: SeedOption = None,
    look_back: Annotated[
        bool, typer.Option("--look-back", help="step: check past promotions on later views, as each night does.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show where a new video stands and why; "step" decides and gives test slots; "value" judges sources by them."""
    if what == "step":
        _step(now, budget, videos, seed, look_back, as_json)
    elif what == "value":
        _value(as_json)
    else:
        _journey(what, as_json)


def _step(now: str | None, budget: int | None, videos: int, seed: int | None, look_back: bool, as_json: bool) -> None:
    from contentgraph.cypher import NIGHT_RETRY_S
    from contentgraph.cypher.clock import known_until
    from contentgraph.loaders.waves.stepping import step

    given = time_of("--now", now)
    with open_database(NIGHT_RETRY_S) as database:
        at = database.answer(known_until()) if given is None else given
        told = step(database, at, budget, None if seed is None else _rng(seed), videos=videos, look_back=look_back)
    if as_json:
        document(told)
        return
    if told.idle:
        typer.echo(f"nothing to do: a step of {moment(at)} or later was taken")
        return
    slots = ", ".join(f"{count} {source}" for source, count in told.slots.items())
    steps = ", ".join(f"{count} → {state}" for state, count in sorted(told.decided.items())) or "none"
    typer.echo(f"{told.opened} new videos, {told.settled} windows over, {told.open} videos in their waves")
    typer.echo(f"decisions: {steps}")
    typer.echo(f"test slots given: {slots or 'none'} (of {told.budget} left today)")
    for name, one in told.audits.items():
        typer.echo(f"boosted ({name}), below the bar on later views: {one.share}")
    for alarm in told.alarms:
        typer.echo(f"ALARM {alarm}")


def _journey(video: str, as_json: bool) -> None:
    with open_graph() as graph:
        told = graph.journey(video)
    if as_json:
        document(named(told, reason=told.reason))
        return
    rows = [
        (one.number, moment(one.at), f"{one.before} → {one.after}", one.wave, one.shown, f"{one.mean:.1f}",
         f"{one.circle.bar:.1f} ({one.circle.posterior:.0%})", f"{one.everyone.bar:.1f} ({one.everyone.posterior:.0%})",
         one.sentence)
        for one in told.decisions
    ]  # fmt: skip
    columns = ("#", "when", "step", "wave", "people", "points", "circle's bar", "bar for all", "because")
    table(columns, rows, right=["#", "wave", "people", "points"])
    typer.echo(f"{video}: {told.state}, wave {told.wave}, {told.waiting} slots waiting, {told.running} windows open")
    if told.missing:
        typer.echo(told.missing)


def _value(as_json: bool) -> None:
    from contentgraph.loaders.waves.reports import values

    with open_database() as database:
        told = values(database)
    if as_json:
        document(told)
        return
    rows = [
        (name, "", "", "", "", value)
        if isinstance(value, str)
        else (
            name,
            value.slots,
            f"{value.effective:.0f}",
            f"{value.ips:.2f} ({value.ips_low:.2f} – {value.ips_high:.2f})",
            f"{value.snips:.2f} ({value.snips_low:.2f} – {value.snips_high:.2f})",
            "",
        )
        for name, value in told.items()
    ]
    table(("source", "slots", "effective", "IPS", "self-normalised", "note"), rows, right=["slots", "effective"])


def fairness(seed: SeedOption = 1, as_json: JsonFlag = False) -> None:
    """Show the chance of promotion at equal points by creator size, country, language and account age."""
    from contentgraph.loaders.waves.reports import fairness as compute

    with open_database() as database:
        told = compute(database, _rng(seed or 0))
    if as_json:
        document(told)
        return
    rows = [
        (name, one.group, one.videos, one.promoted, f"{one.rate:.1%}", one.ratio, _span(one.low, one.high))
        for name, groups in told.groups.items()
        for one in groups
    ]
    columns = ("by", "group", "videos", "promoted", "rate", "ratio", "95 %")
    table(columns, rows, right=["videos", "promoted", "rate", "ratio"])
    typer.echo(
        f"{told.promoted} of {told.videos} decided videos promoted; ratio: at equal points, 1 is fair; "
        f"exposure Gini {told.exposure_gini:.2f}"
    )


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} – {high:.2f}"


def _rng(seed: int) -> "np.random.Generator":
    import numpy as np

    return np.random.default_rng(seed)


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(waves)
    parent.command()(fairness)
