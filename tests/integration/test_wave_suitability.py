"""Whom the waves may show what: the oracle of suitability over audiences and test slots."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contentgraph.cypher import Database, Target
from contentgraph.server import Connection


@pytest.fixture(scope="module", params=[21, 22])
def case(
    request: pytest.FixtureRequest, neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any]]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(request.param)
    with Database(target) as opened:
        fill(opened, world)
        yield opened, world


def barred(world: Any, video: str) -> set[str]:
    """Users who must not be offered the video as a test, in plain Python beside the oracle of the feeds."""
    found = {user for user in world.users if video in world.forbidden(user) or world.users[user].get("removedAt")}
    found |= {user for user, seen in world.engaged if seen == video}
    makers = set(world.creators[video])
    found |= makers | {user for user, maker in world.on("merge_follows") if maker in makers}
    language = world.videos[video]["language"]
    return found | {user for user in world.users if language not in world.users[user]["languages"]}


def rows_of(case: tuple[Database, Any]) -> list[dict[str, Any]]:
    """Every video with all people near it and everybody drawn."""
    database, world = case
    near = database.read("night_near_people", videos=sorted(world.videos), limit=1_000)
    return [
        {"id": row["videoId"], "affinity": row["affinity"], "likeness": row["likeness"], "drawn": sorted(world.users)}
        for row in near
    ]


@pytest.mark.parametrize("wide", [0, 1_000])
def test_an_audience_is_everyone_whom_it_suits_and_nobody_else(case: tuple[Database, Any], wide: int) -> None:
    """Of all drawn exactly those who may see it, are no fans, speak it and have not seen it; listed or asked."""
    database, world = case
    videos = sorted(world.videos)
    told = {row["videoId"]: row for row in database.read("audience", rows=rows_of(case), fresh=0, wide=wide)}
    near = 0
    for video in videos:
        said = world.videos[video]
        if said.get("removedAt") or any(world.users[maker].get("removedAt") for maker in world.creators[video]):
            assert video not in told
            continue
        wrong = barred(world, video)
        assert set(told[video]["random"]) == set(world.users) - wrong, video
        for source in ("affinity", "likeness"):
            assert not set(told[video][source]) & wrong
            assert len(set(told[video][source])) == len(told[video][source])
            near += len(told[video][source])
    assert near > 500


def test_accounts_younger_than_fresh_are_in_no_audience(case: tuple[Database, Any]) -> None:
    database, world = case
    made = {user: 1_000 if place % 2 else 3_000 for place, user in enumerate(sorted(world.users))}
    with database._session("WRITE") as session:
        rows = [{"id": user, "at": at} for user, at in made.items()]
        session.run("UNWIND $rows AS row MATCH (u:User {id: row.id}) SET u.createdAt = row.at", rows=rows).consume()
    for row in database.read("audience", rows=rows_of(case), fresh=2_000, wide=5):
        for source in ("affinity", "likeness", "random"):
            assert all(made[user] <= 2_000 for user in row[source])


def test_a_test_slot_that_no_longer_suits_is_not_shown(case: tuple[Database, Any]) -> None:
    """Slots of everybody for everything: what reaches a feed is what is not forbidden, not seen and not her own."""
    database, world = case
    with database._session("WRITE") as session:
        session.run(
            "MATCH (u:User), (v:Video) MERGE (u)-[a:ASSIGNED]->(v) "
            "SET a += {at: 1, until: 2, source: 'random', wave: 1, propensity: 0.1, pool: 10, turn: 1}"
        ).consume()
    for user in world.users:
        if world.users[user].get("removedAt"):
            continue
        seen = {video for who, video in world.engaged if who == user}
        own = {video for video, makers in world.creators.items() if user in makers}
        told = [row["videoId"] for row in database.read("test_slots", userId=user, limit=1_000)]
        assert told == sorted(set(world.videos) - world.forbidden(user) - seen - own), user
