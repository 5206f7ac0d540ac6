"""``contentgraph replay``: past feeds and past waves again under other settings, and what would have changed."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import JsonFlag, document, moment, table
from contentgraph.errors import UsageError

WEIGHTS = ("rewatch", "completion", "share", "comment", "like")


def replay(
    scale: Annotated[str | None, typer.Option(help="Feeds: other points, such as rewatch=12,like=1.")] = None,
    half_life: Annotated[
        float | None, typer.Option(help="Feeds: hours after which an engagement leads half as far.")
    ] = None,
    profile_half_life: Annotated[
        float | None, typer.Option(help="Feeds: hours after which a view counts half in the taste that ranks.")
    ] = None,
    diversity: Annotated[float | None, typer.Option(help="Feeds: the slate's weight of variety, 0 to 1.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Feeds: a night's file of `snapshot`; else the graph.")] = None,
    people: Annotated[int, typer.Option(min=1, help="Feeds: how many people, drawn.")] = 1_000,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Feeds: videos each.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Feeds: of the draw.")] = 1,
    bar: Annotated[float | None, typer.Option(help="Waves: share of like videos below the bar, 0.16 to 0.99.")] = None,
    floor: Annotated[int | None, typer.Option(help="Waves: people before anything is decided.")] = None,
    error: Annotated[float | None, typer.Option(help="Waves: share of boosted ones below the bar taken.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Feeds of a night under another scale, half-life or diversity, or past waves with another bar, floor or error."""
    feeds = [value for value in (scale, half_life, profile_half_life, diversity) if value is not None]
    waves = {name: value for name, value in (("bar", bar), ("floor", floor), ("error", error)) if value is not None}
    if feeds and waves:
        raise UsageError(
            "--scale, --half-life, --profile-half-life and --diversity are of feeds, --bar, --floor and --error of "
            "waves; ask one"
        )
    if waves:
        _waves(waves, as_json)
    elif feeds:
        half_lives = {"tasteHalfLifeHours": half_life, "profileHalfLifeHours": profile_half_life}
        _feeds(scale, half_lives, diversity, snapshot, people, limit, seed, as_json)
    else:
        raise UsageError(
            "nothing to change; give --scale, --half-life, --profile-half-life or --diversity, "
            "or --bar, --floor or --error"
        )


def weights(told: str) -> dict[str, float]:
    """``rewatch=12,like=1`` as a mapping.

    Raises:
        UsageError: a name that is no weight, or a value that is no number.
    """
    found = {}
    for part in told.split(","):
        name, _, value = part.strip().partition("=")
        try:
            number = float(value)
        except ValueError:
            raise UsageError(f"--scale has {part.strip()!r}; give name=points, such as like=1") from None
        if name not in WEIGHTS:
            raise UsageError(f"--scale has {name!r}; the weights are {', '.join(WEIGHTS)}")
        found[name] = number
    return found


def _feeds(
    scale: str | None,
    half_lives: Mapping[str, float | None],
    diversity: float | None,
    path: Path | None,
    people: int,
    limit: int,
    seed: int,
    as_json: bool,
) -> None:
    import numpy as np

    from contentgraph.graph.ranking import SlateSettings
    from contentgraph.graph.whatif import rerun
    from contentgraph.loaders.snapshot_reading import read_snapshot

    settings = {name: hours for name, hours in half_lives.items() if hours is not None}
    for hours in settings.values():
        if not 0.0 < hours < 1e12:
            raise UsageError(f"a half-life is {hours!r}; give hours, more than 0")
    changes = weights(scale) if scale is not None else None
    if diversity is not None:
        SlateSettings(topic=diversity)  # refused here, before anything is read
    if path is not None:
        from contentgraph.client.serving import mapped

        found = mapped(path)
    else:
        with open_database() as database:
            found = read_snapshot(database)
    drawn = np.random.default_rng(seed).permutation(len(found.users))[:people]
    told = rerun(
        found,
        np.sort(drawn).tolist(),
        limit,
        settings=settings,
        scale=None if changes is None else replace(found.scale, **changes),  # type: ignore[arg-type]  # floats
        topic=diversity,
    )
    if as_json:
        document(told)
        return
    before, after = asdict(told.before), asdict(told.after)
    names = {
        "points": "points a view",
        "coverage": "videos shown",
        "diversity": "diversity in a feed",
        "creator_gini": "Gini of creators",
        "small_creators": "share of small creators",
    }
    table(
        ("", "as it is", "as asked"),
        [(named, f"{before[name]:.4f}", f"{after[name]:.4f}") for name, named in names.items()],
    )
    typer.echo(
        f"{told.people} feeds: {told.overlap:.0%} of the videos stay, the first for {told.first_stays:.0%} of people"
    )


def _waves(given: dict[str, float], as_json: bool) -> None:
    from contentgraph.graph.waves.rules import WaveRule
    from contentgraph.loaders.waves.reports import replayed

    with open_database() as database:
        told = replayed(database, WaveRule(**given))  # type: ignore[arg-type]  # floor is an int
    if as_json:
        document(told)
        return
    table(
        ("video", "ended", "would have", "at", "odds"),
        [(one.video_id, one.before, one.after, moment(one.at), f"{one.posterior:.0%}") for one in told],
    )
    typer.echo(f"{len(told)} videos would have ended elsewhere")


def register(parent: typer.Typer) -> None:
    """Add it to the main commands."""
    parent.command()(replay)
