"""Challenges told and asked: create, take up, close; what came of one, who fits, and whom it fits."""

from collections.abc import Sequence

from contentgraph.client.asking import check_id, check_limit, viewer
from contentgraph.client.erasing import refuse
from contentgraph.client.inviting import invited
from contentgraph.client.results import Challenge, ChallengeFor, CreatorFor
from contentgraph.client.telling import Told, joined, links_of, moment_of, say
from contentgraph.cypher import Steps, read, together, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.catalogue import check_row


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
    moment = yield from moment_of(now)
    row: Told = {
        "id": check_id("challenge", challenge), "title": title, "launchedBy": by, "description": description,
        "rules": rules, "charity": charity, "hashtags": _listed(hashtags), "soundIds": _listed(sounds),
        "sponsoredBy": _listed(sponsors), "startsAt": moment if starts_at is None else starts_at, "endsAt": ends_at,
    }  # fmt: skip
    told = {name: value for name, value in row.items() if value is not None}
    checked = check_row("challenges", told, stated_at=moment, now=moment).values
    silent = yield from read("generic_among", names=checked.get("hashtags", ()))
    if silent:
        raise UsageError(
            f"hashtag {silent[0]['name']!r} is on videos of every kind and marks none; choose one of the challenge's"
        )
    brands = checked.get("sponsoredBy")
    people = [*([by] if by is not None else []), *(brands if isinstance(brands, tuple) else ())]

    def work() -> Steps[None]:
        yield from write("hold_challenges", ids=[challenge])
        if (yield from read("state_challenges", ids=[challenge])):
            raise UsageError(f"challenge {challenge!r} is there already; choose another id")
        yield from joined("challenges", told, now=moment)
        settings = (yield from read("settings"))[0]["settings"]
        yield from refuse(people, [], settings)

    yield from together(work)


def _listed(said: Sequence[str]) -> str | list[str]:
    """As a row says a list: a string is one item, or some with ``|`` between them, not its letters."""
    return said if isinstance(said, str) else list(said)


def close(challenge: str, *, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.close_challenge`."""
    moment = yield from moment_of(now)
    found = yield from read("state_challenges", ids=[check_id("challenge", challenge)])
    if not found:
        raise NotFound(f"no challenge {challenge!r}; create it, or load a file that describes it")
    starts = found[0]["properties"].get("startsAt")
    if starts is not None and starts > moment:
        raise UsageError(f"challenge {challenge!r} has not begun; it starts at {starts}, now is {moment}")
    yield from say("challenges", {"id": challenge, "endsAt": moment}, now=moment)


def take_up(challenge: str, video: str, *, with_user: str | None, now: int | None) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.take_up`."""
    moment = yield from moment_of(now)
    card = yield from show(challenge, user=None)
    if card.ends_at is not None and card.ends_at < moment:
        raise UsageError(f"challenge {challenge!r} closed at {card.ends_at}; now is {moment}")

    def work() -> Steps[None]:
        links = yield from links_of(video)
        answers = sorted({*links["challengeIds"], challenge})
        yield from joined("videos", {"id": video, "challengeIds": answers}, now=moment)
        if with_user is not None:
            yield from invited(video, with_user, now=moment)

    yield from together(work)


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
