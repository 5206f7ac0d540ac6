"""A campaign's control group over time: who is compared when it is switched on, changed or ended in the middle."""

from collections.abc import Iterable

import neo4j
import numpy as np
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.cypher.installation import install
from contentgraph.graph.control import in_control

NOW = 1_793_491_200_000
DAY = 86_400_000
KEEN = [f"u{i}" for i in range(400)]
"""Half of them join in, shown or not."""
OTHERS = [f"u{i}" for i in range(400, 800)]
"""A tenth of them does."""


@pytest.fixture
def campaign(database: Database, session: neo4j.Session) -> Database:
    """Six videos of one challenge, and 800 people; what people did is known up to NOW."""
    install(database)
    session.run("UNWIND $ids AS id CREATE (:User {id: id})", ids=KEEN + OTHERS).consume()
    session.run(
        "CREATE (c:Challenge {id: 'c', title: 'Dance'}) WITH c UNWIND range(0, 5) AS i"
        " CREATE (:Video {id: 'v' + i, createdAt: 1})-[:ANSWERS]->(c)"
    ).consume()
    database.write("put_settings", properties={"now": NOW})
    return database


def feeds(database: Database, users: Iterable[str], video: str, at: int) -> None:
    """Whose feed would have the video: shown, or noted as held back."""
    rows = database.read("night_controls")
    for user in users:
        row = {"userId": user, "videoId": video, "at": at, "slot": 1, "source": "similar", "propensity": 1.0}
        held = bool(rows) and in_control(rows[0]["key"], rows[0]["share"], user)
        database.write("put_withheld" if held else "put_shown", rows=[row])


def join(session: neo4j.Session) -> None:
    """Keen ones and others, each at their rate, whatever they were shown."""
    rng = np.random.default_rng(3)
    joining = [user for people, rate in ((KEEN, 0.5), (OTHERS, 0.1)) for user in people if rng.random() < rate]
    session.run(
        "MATCH (c:Challenge {id: 'c'}) UNWIND $ids AS id MATCH (u:User {id: id})"
        " CREATE (u)-[:CREATED {role: 'author'}]->(:Video {id: 'of' + id, createdAt: $at})-[:ANSWERS]->(c)",
        ids=joining,
        at=NOW + 10 * DAY,
    ).consume()


def arms(database: Database) -> dict[bool | None, tuple[int, int]]:
    return {row["held"]: (row["people"], row["joined"]) for row in database.read("campaign_arms", id="c")}


def test_who_was_shown_it_before_it_was_held_back_is_not_compared(campaign: Database, session: neo4j.Session) -> None:
    """Keen ones were reached first. Nothing has an effect here, and the lift says so; reach counts them all."""
    graph = Graph(campaign)
    feeds(campaign, KEEN, "v0", NOW)
    graph.hold_back("c", 0.5)
    feeds(campaign, KEEN + OTHERS, "v1", NOW + DAY)
    join(session)
    found = arms(campaign)
    assert found[None][0] == len(KEEN)
    assert found[True][0] + found[False][0] == len(OTHERS)
    told = graph.campaign("c")
    assert told.lift is not None
    assert told.lift.low < 1.0 < told.lift.high
    assert told.lift.ratio == pytest.approx(1.0, abs=0.5)
    assert told.reach is None or told.reach == len(KEEN) + found[False][0]
    # As it was noted before times were kept: since ever.
    session.run("MATCH (c:Challenge) REMOVE c.controlSince").consume()
    assert None not in arms(campaign)


def test_who_is_shown_it_after_it_ended_is_compared_as_before(campaign: Database, session: neo4j.Session) -> None:
    graph = Graph(campaign)
    graph.hold_back("c", 0.5)
    feeds(campaign, KEEN[:300] + OTHERS, "v1", NOW + DAY)
    join(session)
    before = arms(campaign)
    assert None not in before
    graph.hold_back("c", 0.5)
    assert arms(campaign) == before, "the same share again begins nothing anew"
    graph.hold_back("c", 0.0)
    feeds(campaign, KEEN, "v2", NOW + 20 * DAY)
    after = arms(campaign)
    assert {held: after[held] for held in (False, True)} == before
    assert after[None][0] == 100, "the first of these was when it had ended"
    graph.hold_back("c", 0.0)
    assert arms(campaign) == after


def test_another_share_begins_anew(campaign: Database, session: neo4j.Session) -> None:
    """And times are told by what is known, where no exposure is later; one of a mistaken time moves nothing."""
    graph = Graph(campaign)
    span = "MATCH (c:Challenge) RETURN c.controlSince, c.controlUntil"
    graph.hold_back("c", 0.2)
    assert session.run(span).values() == [[NOW, None]]
    feeds(campaign, KEEN, "v0", NOW + DAY)
    feeds(campaign, KEEN[:1], "v1", NOW * 1000)
    graph.hold_back("c", 0.5)
    assert session.run(span).values() == [[NOW + DAY + 1, None]]
    feeds(campaign, KEEN + OTHERS, "v2", NOW + 2 * DAY)
    found = arms(campaign)
    assert found[None][0] == len(KEEN)
    assert found[True][0] + found[False][0] == len(OTHERS)
    graph.hold_back("c", 0.0)
    assert session.run(span).values() == [[NOW + DAY + 1, NOW + 2 * DAY + 1]]
    graph.hold_back("c", 0.1)
    assert session.run(span).values() == [[NOW + 2 * DAY + 1, None]]
