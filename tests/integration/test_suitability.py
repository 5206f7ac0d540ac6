"""Whom something may not be shown, it does not reach: every read file and every answer of the client, against an oracle
that is written in plain Python beside the data (tests/conftest.py)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database, Target, catalog
from contentgraph.errors import NotFound
from contentgraph.loaders.folding import fold
from contentgraph.server import Connection

INTERNAL = (
    "night_",
    "state_",
    "digest_",
    "dump_",
    "erase_",
    "tombstones",
    "all_video_ids",
    "unknown_ids",
    "session_told",
    "told_since",
    "schema_names",
    "media_",
    "near_media",
    "tag_counts",
    "generic_among",
)
"""The reads of the night, of analysis, of dumps and of erasures: they feed those, and show nobody anything."""
FIGURES = (
    "scales",
    "settings",
    "last_run",
    "stats",
    "size",
    "await_indexes",
    "trend_windows",
    "user_card",
    "pulse_series",
    "video_series",
    "example_users",
    "journey",
    "review_waiting",
    "campaign_cells",
    "campaign_arms",
    "creators_for",
)
"""Counts, settings, ids of users, what is known of the asking user herself: no video, hashtag, sound or challenge.
What waits for review is named to staff alone; tests/integration/test_minors.py judges whom creators_for names."""


@pytest.fixture(scope="module", params=[11, 12])
def case(
    request: pytest.FixtureRequest, neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any]]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(request.param)
    with Database(target) as opened:
        fill(opened, world)
        if request.param == 12:
            # What was folded is seen, and leads to nothing that she must not see.
            assert fold(opened, world.now - 100 * 3_600_000, latest=0).pairs > 0
        with opened._session("WRITE") as session:
            session.run("MATCH (u:User), (v:Video) MERGE (u)-[:INVITED {at: $at}]->(v)", at=world.now).consume()
        yield opened, world


def every_string(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from every_string(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from every_string(item)


def asked(name: str, user: str | None, world: Any) -> Iterator[dict[str, Any]]:
    """The questions that could draw something forbidden out of one file, for one viewer."""
    videos = sorted(world.videos) + sorted(world.unannounced)
    if name == "suggest":
        yield {"userId": user, "limit": 1000}
    elif name == "explain":
        # A fifth of them for each viewer, another fifth for the next: the whole product takes a minute.
        share = sorted(world.forbidden(user))[sum(map(ord, user or "")) % 5 :: 5]
        yield from ({"userId": user, "videoId": video} for video in share)
    elif name == "audience":
        # It answers with people, not with videos: whom each is offered is judged in test_wave_suitability.py.
        yield {
            "rows": [
                {"id": video, "affinity": sorted(world.users), "likeness": [], "drawn": sorted(world.users)}
                for video in videos[:5]
            ],
            "fresh": 0,
            "wide": 5,
        }
    elif name == "test_slots":
        yield {"userId": user, "limit": 1000}
    elif name == "cards":
        yield {"userId": user, "ids": videos}
    elif name == "trending":
        for kind in ("challenge", "hashtag", "sound", "topic", "video", "creator"):
            yield {"userId": user, "kind": kind, "country": "ZZ", "language": None, "hours": 24, "limit": 1000}
    elif name in ("challenge_card", "challenge_joins", "challenge_watched", "challenge_ties"):
        bound = {} if name == "challenge_card" else {"limit": 10_000}
        yield from ({"userId": user, "id": f"c{i}", **bound} for i in range(4))
    elif name == "challenges_for":
        yield {"userId": user, "limit": 1000}
    elif name == "invitations":
        yield {"userId": user, "videoId": None, "limit": 1000}
        share = videos[sum(map(ord, user or "")) % 9 :: 9]
        yield from ({"userId": user, "videoId": video, "limit": 1} for video in share)
    elif name == "neighbourhood":
        nodes = [{"label": "Video", "key": video} for video in videos[sum(map(ord, user or "")) % 3 :: 3]]
        nodes += [{"label": "Sound", "key": sound} for sound in sorted(set(world.sounds.values()))]
        nodes += [{"label": "Hashtag", "key": f"tag{i}"} for i in range(10)]
        nodes += [{"label": "Challenge", "key": f"c{i}"} for i in range(4)]
        nodes += [{"label": "User", "key": each} for each in sorted(world.users)]
        yield {"nodes": nodes, "userId": user, "widest": 10_000, "perType": 1_000}
    else:
        raise AssertionError(f"{name} is a new read file: say here how it is asked, or list it above with a reason")


def test_no_read_file_gives_a_viewer_what_she_must_not_see(case: tuple[Database, Any]) -> None:
    """Removed, adult for minors, unknown age, anonymous and restricted, hidden, blocked both ways, unannounced."""
    database, world = case
    names = [
        each.name
        for each in catalog().values()
        if each.folder == "read" and not each.name.startswith(INTERNAL) and each.name not in FIGURES
    ]
    assert {"suggest", "trending", "explain"} <= set(names)
    for name in names:
        for user in [None, *world.users]:
            forbidden = world.forbidden(user)
            # What she saw herself is named as the reason of a suggestion; its id is nothing new to her.
            seen = {video for who, video in world.engaged if who == user}
            for params in asked(name, user, world):
                rows = database.read(name, **params)
                asked_for = "videoId" if name == "audience" else "via"
                told = set(every_string([{k: v for k, v in row.items() if k != asked_for} for row in rows]))
                assert not told & forbidden, (name, user, sorted(told & forbidden)[:3])
                reasons = set(every_string([row.get("via") for row in rows]))
                assert not reasons & (forbidden - seen), (name, user)
                if not (name == "trending" and params["kind"] != "challenge"):
                    assert not (told | reasons) & {"c3", "C3"}, (name, user, "a removed challenge")


def test_the_oracle_forbids_something_for_each_reason(case: tuple[Database, Any]) -> None:
    """The test above is no gate that everything passes."""
    _, world = case
    assert world.unannounced < world.forbidden(None)
    grown = [user for user in world.users if world.adult(user)]
    assert any(said["rating"] == "adult" and v not in world.forbidden(grown[0]) for v, said in world.videos.items())
    assert len({frozenset(world.forbidden(user)) for user in world.users}) > 20


def test_everything_else_reaches_her(case: tuple[Database, Any]) -> None:
    """With room for all, the feed is exactly what is not forbidden, not seen and not her own."""
    database, world = case
    for user in world.users:
        if world.users[user].get("removedAt"):
            continue
        seen = {video for who, video in world.engaged if who == user}
        own = {video for video, makers in world.creators.items() if user in makers}
        fed = {row["videoId"] for row in database.read("suggest", userId=user, limit=1000)}
        assert fed == set(world.videos) - world.forbidden(user) - seen - own, user


def test_she_is_asked_to_create_together_what_she_may_see(case: tuple[Database, Any]) -> None:
    """Everybody is invited to everything: who is grown may accept all that is neither forbidden nor her own."""
    database, world = case
    for user, said in world.users.items():
        found = {row["videoId"] for row in database.read("invitations", userId=user, videoId=None, limit=1000)}
        own = {video for video, makers in world.creators.items() if user in makers}
        wanted = set(world.videos) - world.forbidden(user) - own
        if said.get("removedAt") or user in world.anonymous:
            wanted = set()
        if said["birthYear"] is None or 2026 - said["birthYear"] <= 16:
            assert found <= wanted, user
        else:
            assert found == wanted, user


def test_explain_through_the_client_does_not_say_whether_a_forbidden_video_exists(case: tuple[Database, Any]) -> None:
    """A forbidden video and one that never was get the same sentence."""
    database, world = case
    graph = Graph(database)
    for user in ("u00", "u01", "u08"):
        with pytest.raises(NotFound) as never:
            graph.explain(user, "nowhere")
        for video in sorted(world.forbidden(user)):
            with pytest.raises(NotFound) as hidden:
                graph.explain(user, video)
            assert str(hidden.value).replace(video, "nowhere") == str(never.value)


def test_the_neighbourhood_of_a_user_shows_what_she_may_see(case: tuple[Database, Any]) -> None:
    """to_networkx around a user is seen with her eyes."""
    database, world = case
    graph = Graph(database)
    for user in [each for each in world.users if not world.users[each].get("removedAt")][:12]:
        found = graph.to_networkx(("user", user), hops=2, limit=10_000, per_type=1_000)
        videos = {data["key"] for _, data in found.nodes(data=True) if data["label"] == "Video"}
        assert not videos & world.forbidden(user)


OPEN = frozenset(
    {"ANSWERS", "CREATED", "FEATURED", "LAUNCHED", "MARKED_BY", "MENTIONS", "REMIXES", "SIMILAR", "SPONSORS", "TAGGED"}
    | {"USES"}
)
"""Relationships that are nobody's own business."""


def test_a_viewer_is_told_what_she_watched_and_of_nobody_else(case: tuple[Database, Any]) -> None:
    """Around whatever it is asked: of others no engagement, and whom they follow if it is her; all for who owns it."""
    database, world = case
    with database._session("READ") as session:
        text = "MATCH (a:User)-[r:ENGAGED|FOLLOWS]->(b) RETURN type(r), a.id, b.id"
        stored = {tuple(row) for row in session.run(text).values()}

    def told(user: str | None) -> set[tuple[str, str, str]]:
        (params,) = asked("neighbourhood", user, world)
        params["nodes"] += [{"label": "Video", "key": video} for video in world.videos]
        found = set()
        for row in database.read("neighbourhood", **params):
            for edge in row["edges"]:
                ends = (row["key"], edge["key"]) if edge["outgoing"] else (edge["key"], row["key"])
                found |= {(edge["type"], *ends)}
        return found

    for user in [each for each in world.users if not world.users[each].get("removedAt")][:12]:
        found = told(user)
        own = {edge for edge in found if edge[0] not in OPEN}
        assert all(kind in ("ENGAGED", "FOLLOWS") for kind, *_ in own)
        assert not [edge for edge in own if user not in edge[1 : 2 if edge[0] == "ENGAGED" else 3]]
        forbidden = world.forbidden(user)
        watched = {edge for edge in stored if edge[:2] == ("ENGAGED", user) and edge[2] not in forbidden}
        assert {edge for edge in own if edge[0] == "ENGAGED"} == watched
        around = Graph(database).to_networkx(("user", user), hops=3, limit=10_000, per_type=1_000)
        assert {a for a, _, data in around.edges(data=True) if data["type"] == "ENGAGED"} <= {f"user:{user}"}
    everything = told(None)
    assert len({user for kind, user, _ in everything if kind == "ENGAGED"}) > 20
    assert len([edge for edge in everything if edge[0] == "FOLLOWS"]) > 20
    assert not [edge for edge in told("nobody") if edge[0] in ("ENGAGED", "FOLLOWS")]
