"""``contentgraph trending``, ``review`` and ``pulse``: what moves, who lets it be shown, and how it is kept up."""

import time
from typing import Annotated

import typer

from contentgraph.cli.options import open_database, open_graph
from contentgraph.cli.show import JsonFlag, bars, document, moment, shorten, table

Kind = Annotated[str, typer.Argument(metavar="KIND", help="challenge, hashtag, sound, topic, video or creator.")]
Entity = Annotated[str, typer.Argument(metavar="ID", help="Its id; a hashtag's name.")]
Decider = Annotated[str, typer.Option("--by", help="Who decides.")]

review_app = typer.Typer(no_args_is_help=True, help="Approve or refuse what trends, and whether that is needed.")


def trending(
    kind: Kind,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-2; the world unless said.")] = None,
    language: Annotated[str | None, typer.Option(help="Instead of a country: of the viewers, such as fr.")] = None,
    hours: Annotated[int, typer.Option(help="The window, 1 to 720.")] = 24,
    limit: Annotated[int, typer.Option(help="How many.")] = 10,
    viewer: Annotated[str | None, typer.Option("--for", help="As this user may see it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show what moves, with the numbers that made it trend."""
    with open_graph() as graph:
        found = graph.trending(kind, country=country, language=language, hours=hours, limit=limit, user=viewer)
        now = graph.now
    window = found[0].hours if found else hours
    if as_json:
        where = {"country": (country or "ZZ").upper(), "language": (language or "und").lower()}
        document({"kind": kind, **where, "hours": window, "now": now, "trends": found})
        return
    rows = [
        (place, each.id, shorten(each.name, 32), each.observed, f"{each.expected:.1f}", f"×{each.factor:.1f}",
         moment(each.since), bars(each.series), " ".join(f"{name} {people}" for name, people in each.countries.items()),
         *([] if kind == "video" else [" ".join(each.videos)]), *([" ".join(each.words)] if kind == "topic" else []))
        for place, each in enumerate(found, start=1)
    ]  # fmt: skip
    columns = ["#", kind, "name", "people", "expected", "factor", "since", "hour by hour", "where"]
    columns += {"video": [], "topic": ["videos", "words"]}.get(kind, ["videos"])
    table(columns, rows, right=["#", "people", "expected", "factor"])
    where_told = country or (f"the language {language}" if language else "the world")
    typer.echo(f"{len(found)} trends over {window} hours in {where_told}, as of {moment(now)}")


def pulse(as_json: JsonFlag = False) -> None:
    """Derive pulses and trends again from what was recorded since the night; not while a night runs."""
    from contentgraph.cypher import NIGHT_RETRY_S
    from contentgraph.loaders.alone import leased
    from contentgraph.loaders.pulsing import pulse as run

    # Beside a night the one that read earlier could write last, beside an erasure bring back what it dropped.
    with open_database(NIGHT_RETRY_S) as database, leased(database, brief=True):
        done = run(database)
    if as_json:
        document(done)
    else:
        typer.echo(
            f"{done.pulses} pulses changed and {done.trends} trends listed from {done.pairs} user–video pairs "
            f"in {done.seconds:.1f} s, as of {moment(done.now)}"
        )


@review_app.command("list")
def waiting(
    kind: Kind,
    limit: Annotated[int, typer.Option(help="How many.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List what trends and waits for a decision."""
    with open_graph() as graph:
        found = graph.awaiting_review(kind, limit)
    if as_json:
        document(found)
    else:
        table((kind, "score", "lists"), [(each.id, each.score, each.lists) for each in found], right=["score", "lists"])


def _decide(kind: str, entity: str, by: str, approved: bool) -> None:
    with open_graph() as graph:
        graph.review(kind, entity, approved=approved, by=by, at=time.time_ns() // 1_000_000)
    typer.echo(f"{kind} {entity} is {'approved' if approved else 'refused'}")


@review_app.command()
def approve(
    kind: Kind,
    entity: Entity,
    by: Decider = "",
) -> None:
    """Let it be shown."""
    _decide(kind, entity, by, True)


@review_app.command()
def refuse(
    kind: Kind,
    entity: Entity,
    by: Decider = "",
) -> None:
    """Show it in no list, whether or not review is on."""
    _decide(kind, entity, by, False)


@review_app.command()
def mode(
    on: Annotated[bool, typer.Argument(metavar="true|false", help="Whether nothing is shown unapproved.")],
) -> None:
    """Switch the review mode."""
    with open_graph() as graph:
        graph.set_review(on)
    typer.echo("nothing trends before it is approved" if on else "what trends is shown unless it was refused")


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(trending)
    parent.command()(pulse)
    parent.add_typer(review_app, name="review")
