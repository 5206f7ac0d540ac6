"""Nobody under 16, or of unknown age, is proposed to, invited by or named to a stranger or a brand: all read files."""

from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database, Target, catalog
from contentgraph.errors import NotFound
from contentgraph.graph.lineage import to_networkx
from contentgraph.graph.pictures import spread_tree
from contentgraph.server import Connection

BY_CONTENT = {
    "cards": "names who made a video that a viewer may see anyway",
    "suggest": "names whom she follows or watched, to herself",
    "explain": "the same",
    "user_card": "is asked with her id, and tells nobody else's",
    "audience": "whom a wave gives a new video, for the wave itself",
    "test_slots": "what the waves gave her, to herself",
    "journey": "figures of one video",
    "session_told": "what her own session keeps, to herself",
    "told_since": "what she did herself, and who blocks her, for her own feed; it is shown to nobody",
    "invitations": "names who invites her to a video that she may see anyway, to herself",
    "unknown_ids": "is asked with ids of a row that is being written",
    "example_users": "ids of the owner's own data, to try things with",
    "review_waiting": "for the staff that decides",
}
"""Files that may give a user's id, and why; those of the night, of dumps and of erasures show nobody anything."""
INTERNAL = ("night_", "state_", "digest_", "dump_", "erase_", "tombstones", "schema_names", "all_",
            "media_", "near_media", "tag_counts", "generic_among")  # fmt: skip


def young(world: Any) -> set[str]:
    """Accounts that a stranger or a brand must not learn of here: under 16, of unknown age, anonymous, removed."""
    return {
        user
        for user, said in world.users.items()
        if said.get("birthYear") is None or 2026 - said["birthYear"] <= 16 or user in world.anonymous
    } | {user for user, said in world.users.items() if said.get("removedAt")}


@pytest.fixture(scope="module", params=[11, 13])
def case(
    request: pytest.FixtureRequest, neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any]]:
    """A world in which everybody launches, sponsors, remixes and co-creates, whatever their age."""
    found, world = neo4j_server, worlds(request.param)
    with (
        Database(Target(uri=found.uri, user=found.user, password=found.password, database="neo4j")) as opened,
        neo4j.GraphDatabase.driver(found.uri, auth=(found.user, found.password)) as driver,
    ):
        fill(opened, world)
        with driver.session() as session:
            for i, user in enumerate(sorted(world.users)[::5]):
                session.run(
                    "MATCH (u:User {id: $user}), (c:Challenge {id: $c}) "
                    "MERGE (u)-[:LAUNCHED]->(c) MERGE (u)-[:SPONSORS]->(c)",
                    user=user, c=f"c{i % 4}",
                )  # fmt: skip
            session.run("MATCH (u:User {id: 'u23'}) SET u.kind = 'brand'")
            session.run(
                "MATCH (a:Video)-[:ANSWERS]->(c)<-[:ANSWERS]-(b:Video) WHERE a.id < b.id WITH a, min(b.id) AS other "
                "MATCH (b:Video {id: other}) MERGE (b)-[:REMIXES]->(a)"
            )
        yield opened, world


def asked(name: str, world: Any) -> Iterator[dict[str, Any]]:
    """Every way to ask one file."""
    viewers = [None, "u00", "u03", "u23"]
    if name == "trending":
        for kind in ("challenge", "hashtag", "sound", "topic", "video", "creator"):
            for user in viewers:
                yield {"userId": user, "kind": kind, "country": "ZZ", "language": None, "hours": 24, "limit": 1000}
    elif name == "challenge_card":
        yield from ({"userId": user, "id": f"c{i}"} for i in range(4) for user in viewers)
    elif name.startswith("challenge_"):
        yield from ({"userId": user, "id": f"c{i}", "limit": 10_000} for i in range(4) for user in viewers)
    elif name.startswith("campaign_"):
        yield from ({"id": f"c{i}"} for i in range(4))
    elif name == "challenges_for":
        yield from ({"userId": user, "limit": 1000} for user in world.users)
    elif name == "creators_for":
        yield from ({"challengeId": f"c{i}", "userId": None, "limit": 1000} for i in range(4))
        yield from ({"challengeId": None, "userId": user, "limit": 1000} for user in world.users)
    elif name == "neighbourhood":
        nodes = [{"label": "User", "key": user} for user in world.users]
        nodes += [{"label": "Video", "key": video} for video in world.videos]
        nodes += [{"label": "Challenge", "key": f"c{i}"} for i in range(4)]
        yield from ({"nodes": nodes, "userId": user, "widest": 10_000, "perType": 1_000} for user in ("u00", "u03"))
    elif name == "pulse_series":
        yield {"kind": "challenge", "entity": "c1", "country": "ZZ", "language": "und"}
    elif name == "video_series":
        yield from ({"entity": v, "country": "ZZ", "language": "und", "limit": 1000} for v in list(world.videos)[:9])
    elif name in ("scales", "settings", "last_run", "stats", "size"):
        yield {}
    elif name == "await_indexes":
        yield {"seconds": 5}
    elif name == "trend_windows":
        yield from ({"kind": kind} for kind in ("challenge", "creator"))
    else:
        raise AssertionError(f"{name} is a new read file: say here how it is asked, or above why it may name a user")


def every_string(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from every_string(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from every_string(item)


def test_no_read_file_names_the_young_to_strangers_or_brands(case: tuple[Database, Any]) -> None:
    database, world = case
    barred, grown_named = young(world), set()
    for statement in catalog().values():
        name = statement.name
        if statement.folder != "read" or name in BY_CONTENT or name.startswith(INTERNAL):
            continue
        for params in asked(name, world):
            told = set(every_string(database.read(name, **params)))
            assert not told & barred, (name, params, sorted(told & barred)[:3])
            if not name.startswith(("trend_", "scales")):
                grown_named |= told & (set(world.users) - barred)
    assert len(grown_named) > 5, "the files do name grown creators: the test above is no gate that everything passes"


def invited(database: Database, world: Any) -> set[tuple[str, str]]:
    """(author, user) where the user may accept: everybody is invited to a video of everybody that all may see."""
    videos = {f"of-{user}": user for user in world.users}
    database.write("put_videos", rows=[{"id": video, "properties": {"rating": "everyone"}} for video in videos])
    makers = [{"id": video, "targets": [{"id": user, "role": "author"}]} for video, user in videos.items()]
    database.write("link_creators", rows=makers)
    with database._session("WRITE") as session:
        session.run(
            "MATCH (u:User), (v:Video) WHERE v.id IN $ids MERGE (u)-[:INVITED {at: $at}]->(v)",
            ids=list(videos), at=world.now,
        ).consume()  # fmt: skip
    found = {
        (row["invitedBy"], user)
        for user in world.users
        for row in database.read("invitations", userId=user, videoId=None, limit=1000)
        if row["videoId"] in videos
    }
    database.write("drop_videos", ids=list(videos))
    return found


def test_brands_may_invite_only_who_is_grown_and_friends_each_other(case: tuple[Database, Any]) -> None:
    """Friends, at any age: both follow each other, neither blocks, and the one who invites is no brand."""
    database, world = case
    pairs = {("u00", "u01"), ("u01", "u00"), ("u23", "u05"), ("u05", "u23")}
    rows = [{"userId": one, "targetId": other, "at": world.now, "until": None} for one, other in pairs]
    database.write("merge_follows", rows=rows)
    follows, blocks = world.on("merge_follows") | pairs, world.on("merge_blocks")
    hides = world.on("merge_hides_user") | world.told("merge_reports_user")
    found, wanted = invited(database, world), set()
    for user, said in world.users.items():
        for other in world.users:
            friends = (user, other) in follows and (other, user) in follows and user != "u23"
            barred = (user, other) in blocks or (other, user) in blocks or (other, user) in hides
            gone = said.get("removedAt") or world.users[other].get("removedAt") or other in world.anonymous
            if user != other and (other not in young(world) or friends) and not barred and not gone:
                wanted.add((user, other))
    assert found == wanted
    assert any(user == "u23" for user, _ in found)
    assert ("u00", "u01") in found


def test_a_lineage_and_its_picture_name_nobody_young(case: tuple[Database, Any]) -> None:
    database, world = case
    graph = Graph(database)
    steps = 0
    for challenge in ("c0", "c1", "c2"):
        found = graph.lineage(challenge)
        steps += len(found.steps)
        names = set(to_networkx(found))
        assert any(name.startswith("withheld:") for name in names), "the young are counted, under names of the moment"
        picture = spread_tree(found, challenge)
        assert not names & young(world)
        assert not any(f">{user}<" in picture or f">{user}," in picture for user in young(world))
    assert steps > 20


def test_a_sponsored_challenge_is_proposed_to_no_minor(case: tuple[Database, Any]) -> None:
    """Every challenge of this world is sponsored: the young get none, grown people some."""
    database, world = case
    graph = Graph(database)
    got = {user: graph.challenges_for(user) for user in world.users if not world.users[user].get("removedAt")}
    assert not any(found for user, found in got.items() if user in young(world))
    assert any(got.values())


def test_whoever_cannot_be_invited_is_refused_in_one_sentence(case: tuple[Database, Any]) -> None:
    database, world = case
    graph = Graph(database)
    video = next(
        video
        for video, makers in world.creators.items()
        if makers == ["u23"] and not world.videos[video].get("removedAt")
    )
    with pytest.raises(NotFound) as never:
        graph.invite(video, "nobody")
    for user in sorted(young(world) - {"u23"}):
        with pytest.raises(NotFound) as refused:
            graph.invite(video, user)
        assert str(refused.value).replace(repr(user), repr("nobody")) == str(never.value)
