"""Challenges told and asked: create, take up, co-create, close; what came of one, who fits, and whom it fits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from contentgraph.client import asking
from contentgraph.client.asking import check_id, check_limit, viewer, wall_clock
from contentgraph.client.erasing import refuse
from contentgraph.client.results import Challenge, ChallengeFor, CreatorFor
from contentgraph.cypher import Steps, read, together, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.catalogue import check_row, merge
from contentgraph.graph.stored import TABLES, link_rows, properties_of, stored

Told = dict[str, object]


def say(table: Literal["challenges", "videos"], row: Told, *, now: int) -> Steps[bool]:
    """Join one catalogue row into the graph, as a night would; whether anything changed.

    It is told at ``now``, or right after what is stored where that is not earlier, so that two acts in a millisecond
    both count.

    Raises:
        InvalidEvent: the row cannot be right.
    """
    told = check_row(table, row, stated_at=now, now=now)
    goal = TABLES[table]

    def work() -> Steps[bool]:
        found = yield from read(goal.read, ids=[told.id])
        before = stored(found[0]) if found else None
        last = max((before.stamps.get(name, 0) for name in told.values), default=0) if before else 0
        after = merge(before, replace(told, updated_at=max(now, last + 1)))
        if after == before:
            return False
        yield from write(goal.put, rows=[{"id": after.id, "properties": properties_of(goal, after)}])
        for link in goal.links:
            rows, ends = link_rows(link, [(before, after)])
            if rows and any(name in told.values for name in link.properties):
                if link.announces and ends:
                    yield from write(link.announces, ids=ends)
                yield from write(link.statement, rows=rows)
        return True

    return (yield from together(work))


def create(
    challenge: str,
    *,
    title: str,
    by: str | None,
    description: str | None,
    rules: str | None,
    charity: bool,
    hashtags: Sequence[str],
    sounds: Sequence[str],
    sponsors: Sequence[str],
    starts_at: int | None,
    ends_at: int | None,
    now: int | None,
) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.create_challenge`."""
    moment = yield from _moment(now)
    if (yield from read("state_challenges", ids=[check_id("challenge", challenge)])):
        raise UsageError(f"challenge {challenge!r} is there already; choose another id")
    yield from refuse([*([by] if by is not None else []), *sponsors], [])
    row: Told = {
        "id": challenge, "title": title, "launchedBy": by, "description": description, "rules": rules,
        "charity": charity, "hashtags": list(hashtags), "soundIds": list(sounds), "sponsoredBy": list(sponsors),
        "startsAt": moment if starts_at is None else starts_at, "endsAt": ends_at,
    }  # fmt: skip
    told = {name: value for name, value in row.items() if value is not None}
    marks = check_row("challenges", told, stated_at=moment, now=moment).values.get("hashtags", ())
    silent = yield from read("generic_among", names=marks)
    if silent:
        raise UsageError(
            f"hashtag {silent[0]['name']!r} is on videos of every kind and marks none; choose one of the challenge's"
        )
    yield from say("challenges", told, now=moment)


def close(challenge: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.close_challenge`."""
    moment = yield from _moment(now)
    found = yield from read("state_challenges", ids=[check_id("challenge", challenge)])
    if not found:
        raise NotFound(f"no challenge {challenge!r}; create it, or load a file that describes it")
    starts = found[0]["properties"].get("startsAt")
    if starts is not None and starts > moment:
        raise UsageError(f"challenge {challenge!r} has not begun; it starts at {starts}, now is {moment}")
    yield from say("challenges", {"id": challenge, "endsAt": moment}, now=moment)


def take_up(challenge: str, video: str, *, with_user: str | None, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.take_up`."""
    moment = yield from _moment(now)
    card = yield from show(challenge, user=None)
    if card.ends_at is not None and card.ends_at < moment:
        raise UsageError(f"challenge {challenge!r} closed at {card.ends_at}; now is {moment}")
    links = yield from _video(video)
    row: Told = {"id": video, "challengeIds": sorted({*links["challengeIds"], challenge})}
    if with_user is not None:
        row["coCreatorIds"] = yield from _together(video, links, with_user)
    yield from say("videos", row, now=moment)


def co_create(video: str, with_user: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.co_create`."""
    moment = yield from _moment(now)
    links = yield from _video(video)
    co = yield from _together(video, links, with_user)
    yield from say("videos", {"id": video, "coCreatorIds": co}, now=moment)


def _together(video: str, links: dict[str, list[str]], with_user: str) -> Steps[list[str]]:
    """The co-creators of a video, ``with_user`` among them."""
    author = next(iter(links["creatorId"]), None)
    if author is None:
        raise UsageError(f"video {video!r} has no author; load a row that names its creatorId")
    invited = yield from read("may_invite", userId=author, otherId=check_id("with_user", with_user))
    if not invited[0]["allowed"]:
        # One sentence for every reason: it does not tell whether the account is there, or how old it is.
        raise NotFound(f"{with_user!r} cannot be invited by the author of {video!r}")
    return sorted({*links["coCreatorIds"], with_user})


def show(challenge: str, *, user: str | None) -> Steps[Challenge]:
    """See :meth:`contentgraph.client.graph.Graph.challenge`."""
    if user is not None:
        yield from viewer(user)
    rows = yield from read("challenge_card", userId=user, id=check_id("challenge", challenge))
    if not rows:
        raise NotFound(f"no challenge {challenge!r}; create it, or load a file that describes it")
    row = rows[0]
    return Challenge(
        id=row["id"],
        title=row["title"],
        description=row["description"],
        rules=row["rules"],
        charity=row["charity"],
        starts_at=row["startsAt"],
        ends_at=row["endsAt"],
        hashtags=tuple(row["hashtags"]),
        sounds=tuple(row["soundIds"]),
        launched_by=row["launchedBy"],
        sponsored_by=tuple(row["sponsoredBy"]),
        videos=row["videos"],
        creators=row["creators"],
        pairs=row["pairs"],
        points=row["points"],
        top=tuple(row["top"]),
    )


def challenges_for(user: str, limit: int) -> Steps[list[ChallengeFor]]:
    """See :meth:`contentgraph.client.graph.Graph.challenges_for`."""
    yield from viewer(user)
    rows = yield from read("challenges_for", userId=user, limit=check_limit(limit))
    return [
        ChallengeFor(row["challengeId"], row["title"], row["score"], row["parts"], tuple(row["videos"])) for row in rows
    ]


def creators_for(challenge: str | None, brand: str | None, limit: int) -> Steps[list[CreatorFor]]:
    """See :meth:`contentgraph.client.graph.Graph.creators_for`."""
    if (challenge is None) == (brand is None):
        raise UsageError(f"challenge is {challenge!r} and brand {brand!r}; give exactly one")
    if brand is not None:
        yield from viewer(brand)
    elif challenge is not None:
        yield from show(challenge, user=None)
    rows = yield from read("creators_for", challengeId=challenge, userId=brand, limit=check_limit(limit))
    names = ("userId", "score", "fit", "views", "pointsPerViewer", "overlap")
    return [CreatorFor(*(row[name] for name in names)) for row in rows]


def _moment(now: int | None) -> Steps[int]:
    """``now``, else that of the last night; before the first that of the clock."""
    return ((yield from asking.now()) or wall_clock()) if now is None else now


def _video(video: str) -> Steps[dict[str, list[str]]]:
    found = yield from read("state_videos", ids=[check_id("video", video)])
    if not found or found[0]["properties"].get("removedAt") is not None:
        raise NotFound(f"no video {video!r}; load a file that describes it")
    return dict(found[0]["links"])
