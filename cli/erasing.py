"""``contentgraph erase`` and ``takedown``: people and videos out of the graph and out of every file that we wrote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_database, open_graph
from contentgraph.cli.show import JsonFlag, document, named, waiting
from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.client.results import Erased
    from contentgraph.loaders.erase_files import Cleaned


def erase(
    kind: Annotated[str, typer.Argument(metavar="user|video", help="What is erased.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    keep_videos: Annotated[
        bool, typer.Option("--keep-videos", help="Of a user: her videos stay, without a creator.")
    ] = False,
    rejects: Annotated[
        list[Path] | None, typer.Option(help="A folder of rejects to clean beside those that this home wrote.")
    ] = None,
    feeds: Annotated[
        list[Path] | None, typer.Option(help="A file of `precompute` to clean beside those that this home wrote.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Let the erased id come again, as of somebody else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Remove a person or a video for good: graph, snapshots, feeds, rejects; it waits for who writes these."""
    if kind not in ("user", "video") or (keep_videos and kind == "video"):
        raise UsageError(f"erase {kind!r}; give 'erase user ID', with or without --keep-videos, or 'erase video ID'")
    if lift:
        _lift(kind, name, as_json)
        return
    from contentgraph.cli.new_store import clear_left
    from contentgraph.client import erasing, withdrawn
    from contentgraph.cypher import home, target
    from contentgraph.loaders import erase_files, erasures
    from contentgraph.loaders.alone import alone, files_alone
    from contentgraph.loaders.tombstones import read_graveyard

    with open_graph() as graph, open_database() as database:
        # Before the wait: from here on it is in no answer, and nothing that names it is taken.
        hide = (
            erasing.hide_user(name, keep_videos=keep_videos, now=None) if kind == "user" else erasing.hide_video(name)
        )
        database.answer(hide)
        erasures.remember(read_graveyard(database))
        with files_alone(wait=waiting), alone(target(), database, wait=waiting):
            # Files first: once the graph forgot her videos, nobody knows any more what to look for.
            card = database.read("erase_card", userId=name) if kind == "user" and not keep_videos else []
            names = [name, *(card[0]["videoIds"] if card else ())]
            cleaned = erase_files.clean_lists(names, [Path("rejects"), *(rejects or ())], feeds or ())
            cleaned.left += clear_left(home())
            found = graph.erase_user(name, keep_videos=keep_videos) if kind == "user" else graph.erase_video(name)
            cleaned.snapshots = erase_files.write_snapshots(database)
            for path in cleaned.snapshots:
                withdrawn.replaced(Path(path), names)
    if as_json:
        document(named(found, files=cleaned))
    else:
        _say(found, cleaned)


def _lift(kind: str, name: str, as_json: bool) -> None:
    from contentgraph.loaders.erasures import forget

    with open_graph() as graph:
        lifted = graph.lift_erasure("user" if kind == "user" else "video", name)
    forget(kind, name)
    if as_json:
        document({"kind": kind, "id": name, "lifted": lifted})
    else:
        typer.echo(f"{kind} {name} may come again" if lifted else f"{kind} {name} was not erased")


def _say(found: "Erased", cleaned: "Cleaned") -> None:
    if not found.found:
        typer.echo(f"{found.kind} {found.id} is not in the graph; the files were searched all the same")
    typer.echo(
        f"{found.kind} {found.id} is erased: {found.edges} edges, {len(found.videos)} videos, {found.pulses} pulses, "
        f"{found.texts} texts"
    )
    typer.echo(
        f"files: {cleaned.rejects} rejected rows and {cleaned.slots} slots of feeds went, "
        f"{len(cleaned.snapshots)} snapshots were written anew, {cleaned.left} things that killed commands left went"
    )
    if found.kept:
        typer.echo(f"{len(found.kept)} videos stay, without her")
    for path in cleaned.dumps:
        typer.echo(f"a dump is not changed, and may hold the id: {path}", err=True)


def takedown(
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="Which video.")],
    country: Annotated[
        list[str] | None, typer.Option(help="Only for viewers of this country, such as DE; may be given several times.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why: kept with the video, shown to nobody.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Let it be shown again.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take a video out of feeds, lists, trends and snapshots at once; it can be undone."""
    from contentgraph.cypher import traces

    with open_graph() as graph:
        if undo:
            shown = graph.restore(video, countries=country or ())
        else:
            found = graph.takedown(video, countries=country or (), reason=reason)
    if undo:
        if as_json:
            document({"videoId": video, "shown": shown})
        else:
            typer.echo(f"{video} may be shown again" if shown else f"{video} stays {_state(country)}")
    elif as_json:
        document(found)
    elif country:
        typer.echo(f"{video} is withheld in {', '.join(found.withheld_in)}, and from viewers of unknown country")
    else:
        typer.echo(f"{video} is down: in no feed and no list, and out of {found.trends} trends")
    for path in () if undo else traces.noted("feeds"):
        typer.echo(f"feeds made beforehand are not changed, and may hold it; run 'precompute' again: {path}", err=True)


def _state(countries: list[str] | None) -> str:
    if countries:
        return "withheld: its catalogue says so, or it is down everywhere"
    return "removed: its catalogue says so"


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(erase)
    parent.command()(takedown)
