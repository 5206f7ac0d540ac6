"""``contentgraph challenge`` and ``campaign``: launch, join, close, who fits, how it spread and what came of it."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_graph
from contentgraph.cli.show import JsonFlag, document, moment, named, table
from contentgraph.cli.times import NowOption, time_of
from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.graph.lineage import Lineage

app = typer.Typer(no_args_is_help=True, help="Challenges: launch, join, close, who fits, and how they spread.")
campaign_app = typer.Typer(no_args_is_help=True, help="What a sponsored challenge did.")
Name = Annotated[str, typer.Argument(metavar="CHALLENGE", help="Its id.")]
Limit = Annotated[int, typer.Option(help="How many.")]


@app.command()
def show(
    challenge: Name,
    viewer: Annotated[str | None, typer.Option("--for", help="As this user may see it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show what a challenge asks, who stands behind it and what came of it."""
    with open_graph() as graph:
        found = graph.challenge(challenge, user=viewer)
    if as_json:
        document(found)
        return
    told = named(found) | {"startsAt": moment(found.starts_at), "endsAt": moment(found.ends_at)}
    table(("what", "value"), [(key, " ".join(said) if isinstance(said, tuple) else said) for key, said in told.items()])


@app.command()
def create(
    challenge: Name,
    title: Annotated[str, typer.Option(help="Its title.")],
    by: Annotated[str | None, typer.Option(help="The user who launches it.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    rules: Annotated[str | None, typer.Option(help="What a video must do.")] = None,
    charity: Annotated[bool, typer.Option("--charity", help="It is for a good cause.")] = False,
    hashtag: Annotated[list[str] | None, typer.Option(help="Marks its videos; more than once for more.")] = None,
    sound: Annotated[list[str] | None, typer.Option(help="A sound's id that marks them.")] = None,
    sponsor: Annotated[list[str] | None, typer.Option(help="A brand's user id.")] = None,
    starts: Annotated[str | None, typer.Option(help="ISO 8601 or epoch ms; --now unless said.")] = None,
    ends: Annotated[str | None, typer.Option(help="ISO 8601 or epoch ms.")] = None,
    now: NowOption = None,
) -> None:
    """Launch a challenge."""
    with open_graph() as graph:
        graph.create_challenge(
            challenge, title=title, by=by, description=description, rules=rules, charity=charity,
            hashtags=hashtag or (), sounds=sound or (), sponsors=sponsor or (),
            starts_at=time_of("--starts", starts), ends_at=time_of("--ends", ends), now=time_of("--now", now),
        )  # fmt: skip
    typer.echo(f"challenge {challenge} is launched")


@app.command()
def close(challenge: Name, now: NowOption = None) -> None:
    """End a challenge now."""
    with open_graph() as graph:
        graph.close_challenge(challenge, now=time_of("--now", now))
    typer.echo(f"challenge {challenge} is closed")


@app.command("take-up")
def take_up(
    challenge: Name,
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="The video that answers it.")],
    invite: Annotated[str | None, typer.Option("--with", help="Invite this user to be its creator, too.")] = None,
    now: NowOption = None,
) -> None:
    """Say that a video answers a challenge, and invite somebody to create it together."""
    with open_graph() as graph:
        graph.take_up(challenge, video, with_user=invite, now=time_of("--now", now))
    typer.echo(f"{video} answers {challenge}" + (f"; {invite} is invited" if invite else ""))


@app.command("suggest")
def suggest(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whom to suggest some to.")],
    limit: Limit = 10,
    as_json: JsonFlag = False,
) -> None:
    """Suggest challenges to a user."""
    with open_graph() as graph:
        found = graph.challenges_for(user, limit)
    if as_json:
        document(found)
        return
    rows = [
        (each.challenge_id, each.title, each.score, " ".join(f"{k} {v:.2f}" for k, v in each.parts.items() if v),
         " ".join(each.videos))
        for each in found
    ]  # fmt: skip
    table(("challenge", "title", "score", "because", "videos"), rows, right=["score"])


@app.command("creators")
def creators(
    challenge: Annotated[str | None, typer.Argument(metavar="[CHALLENGE]", help="Its id, or --brand.")] = None,
    brand: Annotated[str | None, typer.Option(help="A brand's user id, instead of a challenge.")] = None,
    limit: Limit = 20,
    as_json: JsonFlag = False,
) -> None:
    """Name creators who suit a challenge or a brand."""
    with open_graph() as graph:
        found = graph.creators_for(challenge, brand=brand, limit=limit)
    if as_json:
        document(found)
        return
    rows = [(one.user_id, one.score, one.fit, one.views, one.points_per_viewer, one.overlap) for one in found]
    columns = ("creator", "score", "fit", "views", "points a viewer", "overlap")
    table(columns, rows, right=list(columns[1:]))


@app.command()
def lineage(
    challenge: Name,
    graphml: Annotated[Path | None, typer.Option(help="Write the spread tree here, as GraphML.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw it here, as SVG.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show how a challenge spread: origin, generations, communities and countries."""
    from contentgraph.graph.pictures import spread_tree

    with open_graph() as graph:
        found = graph.lineage(challenge)
    if graphml is not None:
        import networkx as nx

        from contentgraph.graph.lineage import to_networkx

        _write(graphml, "\n".join(nx.generate_graphml(to_networkx(found))) + "\n")
    if picture is not None:
        _write(picture, spread_tree(found, challenge))
    if as_json:
        document(_lineage(found))
        return
    table(("what", "value"), list(_lineage(found).items())[:-2])
    rows = [(one.creator, moment(one.at), one.generation, one.parent, one.how, one.country) for one in found.steps[:20]]
    table(("creator", "joined", "generation", "from", "how", "country"), rows, right=["generation"])


def _lineage(found: "Lineage") -> dict[str, object]:
    told = named(found)
    told["countriesCrossed"] = {f"{a} {b}": steps for (a, b), steps in found.countries_crossed.items()}
    return {name: told[name] for name in sorted(told, key=lambda name: name in ("steps", "hours"))}


@campaign_app.command("report")
def campaign(
    challenge: Name,
    table_file: Annotated[Path | None, typer.Option("--csv", help="Write the cells here.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw viewers by country and age here, as SVG.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Report reach, points a viewer, participation and lift; small cells are withheld."""
    from contentgraph.graph.campaign import WITHHELD, rows
    from contentgraph.graph.pictures import bars

    with open_graph() as graph:
        found = graph.campaign(challenge)
    if table_file is not None:
        try:
            with table_file.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows(found))
        except OSError as error:
            raise UsageError(f"cannot write {table_file}: {error.strerror}; name another file") from None
    reach = f"reach {WITHHELD if found.reach is None else found.reach}"
    if picture is not None:
        groups = {
            "viewers by age": [(name, float(cell.viewers) if cell else None) for name, cell in found.by_age.items()],
            "viewers by country": [
                (name, float(cell.viewers) if cell else None) for name, cell in found.by_country.items()
            ],
        }
        _write(picture, bars(challenge, reach, groups))
    if as_json:
        document(found)
        return
    head, *cells = rows(found)
    table(head, cells, right=list(head[2:]))
    effect = found.lift
    told = (
        f"lift ×{effect.ratio:.2f} ({effect.low:.2f} to {effect.high:.2f})"
        if effect
        else "no lift: none held back, or few joined"
    )
    typer.echo(f"{reach}; {told}")


@campaign_app.command("control")
def control(
    challenge: Name,
    share: Annotated[float, typer.Argument(help="Share of people held back, 0 to 0.5; 0 ends it.")],
) -> None:
    """Hold a campaign back from a share of people, so that its report can tell the lift."""
    with open_graph() as graph:
        graph.hold_back(challenge, share)
    typer.echo(f"{challenge} is held back from {share:.1%} of people")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; name another file") from None
    typer.echo(f"written: {path}", file=sys.stderr)


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.add_typer(app, name="challenge")
    parent.add_typer(campaign_app, name="campaign")
