"""``contentgraph feed``, ``explain``, ``record`` and ``export``: the graph asked and told."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from contentgraph.cli.options import open_graph
from contentgraph.cli.show import JsonFlag, document, moment, named, shorten, table
from contentgraph.errors import InvalidEvent, UsageError

LanguageOption = Annotated[str, typer.Option(help="Language of the reasons: en or fr.")]


def users(
    history: Annotated[int, typer.Option(min=0, help="Videos engaged with, at least.")] = 20,
    limit: Annotated[int, typer.Option(help="How many users.")] = 5,
    ids: Annotated[bool, typer.Option("--ids", help="Ids alone, a line each.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Name some users with a history, to try things with."""
    with open_graph() as graph:
        found = graph.example_users(history, limit)
    if as_json:
        document([{"userId": user, "engagements": engagements} for user, engagements in found])
    elif ids:
        for user, _ in found:
            typer.echo(user)
    else:
        table(("user", "videos"), found, right=["videos"])


def feed(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose feed.")],
    limit: Annotated[int, typer.Option(help="Videos, 1 to 1000.")] = 20,
    explain: Annotated[bool, typer.Option("--explain", help="Show the parts of each score and all reasons.")] = False,
    explore: Annotated[float, typer.Option(help="Share of slots drawn at random, 0 to 1.")] = 0.0,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of those draws.")] = None,
    topic: Annotated[float | None, typer.Option(help="How much less more of the same taste is worth, 0 to 1.")] = None,
    language: LanguageOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Show the next videos for one user, and why."""
    with open_graph() as graph:
        found = graph.suggest(user, limit, explore=explore, topic=topic, language=language, seed=seed)
        now = graph.now
    if as_json:
        document({"userId": user, "now": now, "suggestions": [named(each, reason=each.reason) for each in found]})
        return
    if explain:
        rows = [
            (each.slot, each.video_id, each.score, _parts(each.parts), "; ".join(why.sentence for why in each.reasons))
            for each in found
        ]
        table(("#", "video", "score", "parts", "because"), rows, right=["#", "score"])
    else:
        short = [(each.slot, each.video_id, each.score, shorten(each.caption), each.reason) for each in found]
        table(("#", "video", "score", "caption", "because"), short, right=["#", "score"])
    typer.echo(f"{len(found)} videos for {user}, as of {moment(now)}")


def explain(
    user: Annotated[str, typer.Argument(metavar="USER", help="Who.")],
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="Which video.")],
    language: LanguageOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Say why a video is, or is not, suggested to a user."""
    with open_graph() as graph:
        found = graph.explain(user, video, language=language)
        now = graph.now
    if as_json:
        document(named(found, reason=found.reason, now=now))
        return
    table(("part", "because"), [(why.part, why.sentence) for why in found.reasons], right=["part"])
    typer.echo(f"{video} for {user}: score {found.score:.3f} = {_parts(found.parts) or '0'}, as of {moment(now)}")
    told = {"seen": "she has seen it", "own": "it is her own"}
    if found.withheld:
        typer.echo("not suggested: " + " and ".join(told[each] for each in found.withheld))


def _parts(parts: Mapping[str, float]) -> str:
    heaviest = sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    return " + ".join(f"{name} {value:.3f}" for name, value in heaviest if value > 0.0)


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Ends in .graphml.")],
    around: Annotated[str, typer.Option(help="kind:id of a user, video, hashtag, sound or challenge.")],
    hops: Annotated[int, typer.Option(help="Steps from there, 0 to 5.")] = 2,
    limit: Annotated[int, typer.Option(help="Nodes at most.")] = 1_000,
    per_type: Annotated[int, typer.Option(help="Edges a type and direction of each node at most.")] = 25,
) -> None:
    """Write a neighbourhood of the graph as GraphML."""
    if not file.endswith(".graphml"):
        raise UsageError(f"the file is {file!r}; its name must end in .graphml, the one format there is")
    with open_graph() as graph:
        found = graph.to_networkx(around, hops, limit=limit, per_type=per_type)
    import networkx as nx

    try:
        nx.write_graphml(found, file)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}; name another file") from None
    typer.echo(f"{found.number_of_nodes()} nodes and {found.number_of_edges()} edges in {file}")


def record(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="view, completion, like, share, follow, …")] = None,
    user: Annotated[str | None, typer.Argument(metavar="USER", help="Who acted.")] = None,
    target: Annotated[str | None, typer.Argument(metavar="TARGET", help="Which video, user, sound or hashtag.")] = None,
    watched_ms: Annotated[int | None, typer.Option(help="Of a view: time watched, ms.")] = None,
    at: Annotated[str | None, typer.Option(help="When: ISO 8601 or epoch ms; now unless said.")] = None,
    event_id: Annotated[str | None, typer.Option(help="Your own id of the event.")] = None,
    country: Annotated[str | None, typer.Option(help="Where, ISO 3166-1 alpha-2.")] = None,
    source: Annotated[str | None, typer.Option(help="The surface that showed it.")] = None,
    reason: Annotated[str | None, typer.Option(help="Of a report: why.")] = None,
    on_user: Annotated[bool, typer.Option("--on-user", help="A hide, unhide or report is of a user.")] = False,
    on_sound: Annotated[bool, typer.Option("--on-sound", help="A hide or unhide is of a sound.")] = False,
    on_hashtag: Annotated[bool, typer.Option("--on-hashtag", help="A hide or unhide is of a hashtag.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write an event now, or JSON lines from stdin where no KIND is given."""
    if kind is None:
        events = _lines()
    elif user is None or target is None:
        raise UsageError(f"record {kind} needs USER and TARGET: contentgraph record like u1 v1")
    else:
        from contentgraph.graph.events import USER_KINDS

        if on_user + on_sound + on_hashtag > 1:
            raise UsageError("record takes one of --on-user, --on-sound and --on-hashtag")
        if kind in USER_KINDS and (on_sound or on_hashtag):
            raise UsageError(f"a {kind} is of a user; leave --on-sound and --on-hashtag out")
        on = "soundId" if on_sound else "hashtag" if on_hashtag else "videoId"
        told = {
            "kind": kind, "userId": user, "at": at, "watchedMs": watched_ms, "eventId": event_id, "country": country,
            "source": source, "reason": reason, "targetId" if kind in USER_KINDS or on_user else on: target,
        }  # fmt: skip
        events = [{name: value for name, value in told.items() if value is not None}]
    with open_graph() as graph:
        done = graph.record(events if kind is None else events[0])
    if as_json:
        document(done)
        return
    typer.echo(f"{done.events} events: {done.pairs} user–video pairs, {done.relations} relations")
    new = [*done.announced_users, *done.announced_videos]
    if new:
        typer.echo(f"not known before, and not shown until a catalogue row describes them: {', '.join(new[:20])}")


def _lines() -> list[dict[str, object]]:
    if sys.stdin.isatty():
        raise UsageError("nothing to record; give KIND USER TARGET, or JSON lines on stdin")
    events = []
    for number, line in enumerate(sys.stdin, start=1):
        if number == 1:
            line = line.removeprefix("\ufeff")  # the byte order mark that some editors write
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            raise InvalidEvent(
                "broken_json", f"stdin:{number}: {shorten(line)!r} is no JSON; nothing was recorded"
            ) from None
        if not isinstance(event, dict):
            raise InvalidEvent("not_an_object", f"stdin:{number}: {shorten(line)!r} is no object; nothing was recorded")
        events.append(event)
    return events


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    for command in (users, feed, explain, record, export):
        parent.command()(command)
