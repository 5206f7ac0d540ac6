"""``contentgraph invite`` and ``invitations``: to create a video together, asked and answered."""

from typing import Annotated

import typer

from contentgraph.cli.options import open_graph
from contentgraph.cli.show import JsonFlag, document, moment, shorten, table
from contentgraph.cli.times import NowOption, time_of
from contentgraph.errors import UsageError


def invite(
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="The video, in the name of its author.")],
    user: Annotated[str, typer.Argument(metavar="USER", help="Who is invited.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take the invitation back.")] = False,
    now: NowOption = None,
) -> None:
    """Invite a user to be a creator of a video, beside its author."""
    with open_graph() as graph:
        if undo:
            graph.uninvite(video, user)
        else:
            graph.invite(video, user, now=time_of("--now", now))
    typer.echo(f"{user} is not invited to {video}" if undo else f"{user} is invited to {video}")


def invitations(
    user: Annotated[str, typer.Argument(metavar="USER", help="Who was invited.")],
    accept: Annotated[str | None, typer.Option(metavar="VIDEO", help="Accept this one.")] = None,
    decline: Annotated[str | None, typer.Option(metavar="VIDEO", help="Decline this one, for good.")] = None,
    now: NowOption = None,
    limit: Annotated[int, typer.Option(help="How many.")] = 20,
    as_json: JsonFlag = False,
) -> None:
    """List what a user is invited to create together, after accepting or declining one."""
    if accept is not None and accept == decline:
        raise UsageError(f"--accept and --decline both name {accept!r}; give one")
    with open_graph() as graph:
        if accept is not None:
            graph.accept(user, accept, now=time_of("--now", now))
        if decline is not None:
            graph.decline(user, decline, now=time_of("--now", now))
        found = graph.invitations(user, limit)
    if as_json:
        document(found)
        return
    rows = [
        (each.video_id, shorten(each.caption), each.invited_by, " ".join(each.challenge_ids), moment(each.at))
        for each in found
    ]
    table(("video", "caption", "invited by", "challenges", "at"), rows)


def register(parent: typer.Typer) -> None:
    """Add them to the main commands."""
    parent.command()(invite)
    parent.command()(invitations)
