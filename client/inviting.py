"""Invitations to create a video together: told, listed, accepted, declined and taken back.

What may be accepted is said once, by ``invitations.cypher``: an invitation that it would not list is not written.
"""

from contentgraph.client.asking import check_id, check_limit, viewer
from contentgraph.client.results import Invitation
from contentgraph.client.telling import joined, links_of, moment_of
from contentgraph.cypher import Steps, read, together, write
from contentgraph.errors import NotFound, UsageError


def invite(video: str, user: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.invite`."""
    moment = yield from moment_of(now)
    yield from together(lambda: invited(video, user, now=moment))


def invited(video: str, user: str, *, now: int) -> Steps[None]:
    """:func:`invite` as a part of a transaction."""
    links = yield from links_of(video)
    if not links["creatorId"]:
        raise UsageError(f"video {video!r} has no author; load a row that names its creatorId")
    if check_id("user", user) in links["coCreatorIds"]:
        return
    yield from write("put_invited", videoId=video, userId=user, at=now)
    if not (yield from read("invitations", userId=user, videoId=video, limit=1)):
        # One sentence for every reason: it does not tell whether the account is there, how old it is, or declined.
        raise NotFound(f"{user!r} cannot be invited by the author of {video!r}")


def uninvite(video: str, user: str) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.uninvite`."""
    yield from write("drop_invited", videoId=check_id("video", video), userId=check_id("user", user))


def invitations(user: str, limit: int) -> Steps[list[Invitation]]:
    """See :meth:`contentgraph.client.graph.Graph.invitations`."""
    yield from viewer(user)
    rows = yield from read("invitations", userId=user, videoId=None, limit=check_limit(limit))
    return [
        Invitation(row["videoId"], row["caption"], row["invitedBy"], tuple(row["challengeIds"]), row["at"])
        for row in rows
    ]


def accept(user: str, video: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.accept`."""
    moment = yield from moment_of(now)
    told = {"userId": check_id("user", user), "videoId": check_id("video", video)}

    def work() -> Steps[None]:
        yield from write("hold_videos", ids=[video])
        if not (yield from read("invitations", **told, limit=1)):
            found = yield from read("state_videos", ids=[video])
            if found and user in found[0]["links"]["coCreatorIds"]:
                return
            raise _none(user, video)
        if not (yield from write("drop_invited", **told))[0]["edges"]:
            raise _none(user, video)  # taken back meanwhile
        links = yield from links_of(video)
        yield from joined("videos", {"id": video, "coCreatorIds": sorted({*links["coCreatorIds"], user})}, now=moment)

    yield from together(work)


def decline(user: str, video: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.decline`."""
    moment = yield from moment_of(now)
    told = {"userId": check_id("user", user), "videoId": check_id("video", video)}

    def work() -> Steps[None]:
        yield from write("hold_videos", ids=[video])
        if not (yield from write("decline_invited", **told, at=moment))[0]["edges"]:
            raise _none(user, video)

    yield from together(work)


def _none(user: str, video: str) -> NotFound:
    return NotFound(f"{user!r} is not invited to {video!r}; see contentgraph invitations {user}")
