"""What is withheld in some countries, told by the catalogue or decided by a takedown: no viewer there gets it, none of
unknown country, and every other does (tests/integration/test_suitability.py asks every read file)."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contentgraph.client import Graph, Served, connect_async
from contentgraph.cypher import Database, Target
from contentgraph.cypher.installation import install
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.catalogue import check_row, merge
from contentgraph.loaders.catalogue import put_catalogue
from contentgraph.loaders.digest import digest
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.loaders.snapshot_reading import read_snapshot
from contentgraph.server import Connection

PLACES = {"f": "FR", "b": "BR", "n": None}
"""Viewers who were born in 1990, by country."""


@pytest.fixture
def case(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any]]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(31)
    with Database(target) as opened:
        fill(opened, world)
        rows = [
            {"id": name, "properties": {"birthYear": 1990, "languages": ["fr"]} | ({"country": code} if code else {})}
            for name, code in PLACES.items()
        ]
        opened.write("put_users", rows=rows)
        yield opened, world


def whom(ask: Callable[[str], Any], video: str) -> set[str]:
    """The viewers whose answer names the video."""
    return {user for user in PLACES if video in {row["videoId"] for row in ask(user)}}


def shown(database: Database, video: str) -> set[str]:
    return whom(lambda user: database.read("suggest", userId=user, limit=1_000), video)


def served(alone: Served, video: str) -> set[str]:
    alone.look(at_once=True)  # who is asked for a feed looks that often: test_erase.py
    return whom(lambda user: alone._snapshot.suggest(user, 1_000), video)  # a slate of 200 may leave it out


def open_to_all(database: Database, world: Any) -> str:
    """A video that everybody may see so far."""
    return next(
        video for video in sorted(world.videos)
        if not world.videos[video].get("withheldIn") and shown(database, video) == set(PLACES)
    )  # fmt: skip


def test_a_takedown_in_a_country_holds_at_once_for_viewers_there_alone(
    case: tuple[Database, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feeds, trends, cards, a mapped file here and in another process, a file written anew; and back."""
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    database, world = case
    video = open_to_all(database, world)
    path = tmp_path / "snapshot"
    write_snapshot(database, path)
    mine, other = Served(path), Served(path)
    graph = Graph(database, snapshot=mine)
    before = digest(database)
    assert served(mine, video) == served(other, video) == set(PLACES)

    def trends(user: str) -> list[dict[str, Any]]:
        asked = {"kind": "video", "country": "ZZ", "language": None, "hours": 24, "limit": 1_000}
        return [{"videoId": row["id"]} for row in database.read("trending", userId=user, **asked)]

    def cards(user: str) -> list[Any]:
        return database.read("cards", userId=user, ids=[video])

    def hold(wanted: set[str]) -> None:
        assert shown(database, video) == wanted
        assert whom(trends, video) == whom(cards, video) == wanted
        assert served(mine, video) == served(other, video) == wanted
        assert served(Served(path), video) == wanted, "who opens the file now reads the list beside it"
        fresh = read_snapshot(database)
        assert whom(lambda user: fresh.suggest(user, 1_000), video) == wanted
        assert digest(database) == before, "a decision is no fact"

    assert graph.takedown(video, countries=["de"], reason="a court").withheld_in == ("DE",)
    hold({"f", "b"})
    assert graph.takedown(video, countries=["FR", "de", "FR"]).withheld_in == ("DE", "FR")
    hold({"b"})
    assert graph.restore(video, countries=["DE"])
    hold({"b"})
    assert graph.restore(video, countries=["FR"])
    hold(set(PLACES))
    with pytest.raises(NotFound, match="FR"):
        graph.restore(video, countries=["FR"])
    with pytest.raises(NotFound):
        graph.restore(video)


def test_down_everywhere_and_in_a_country_are_two_decisions(case: tuple[Database, Any], tmp_path: Path) -> None:
    """Undoing the one leaves the other, in the graph and in a file."""
    database, world = case
    video = open_to_all(database, world)
    path = tmp_path / "snapshot"
    write_snapshot(database, path)
    alone = Served(path)
    graph = Graph(database, snapshot=alone)
    graph.takedown(video, countries=["FR"], reason="a licence")
    graph.takedown(video)
    assert shown(database, video) == served(alone, video) == set()
    assert graph.restore(video)
    assert shown(database, video) == served(alone, video) == {"b"}
    graph.takedown(video)
    assert not graph.restore(video, countries=["FR"]), "it is down everywhere"
    assert graph.restore(video)
    assert shown(database, video) == served(alone, video) == set(PLACES)
    with database._session("READ") as session:
        told = session.run("MATCH (v:Video {id: $id}) RETURN v.withdrawnFor, v.withdrawnIn, v:Withheld", id=video)
        assert told.single(strict=True).values() == [None, None, False]


def test_awaited_it_is_the_same_and_what_is_no_country_is_refused(case: tuple[Database, Any]) -> None:
    database, world = case
    video = open_to_all(database, world)

    async def ask() -> None:
        found = database.target
        async with await connect_async(found.uri, user=found.user, password=found.password.get_secret_value()) as graph:
            await graph.takedown(video, countries=["FR"])
            assert shown(database, video) == {"b"}
            assert await graph.restore(video, countries=["FR"])

    asyncio.run(ask())
    assert shown(database, video) == set(PLACES)
    graph = Graph(database)
    for wrong in ("ZZ", "Germany", ""):
        with pytest.raises(UsageError):
            graph.takedown(video, countries=[wrong])
    with pytest.raises(NotFound):
        graph.takedown("nowhere", countries=["FR"])


def test_a_session_without_an_account_is_where_it_says_it_is(case: tuple[Database, Any]) -> None:
    """Of none that says nothing is known: she is shown nothing that is withheld anywhere."""
    database, world = case
    graph = Graph(database)
    withheld = {name for name, said in world.videos.items() if said.get("withheldIn")}
    there = {name for name in withheld if "FR" in world.videos[name]["withheldIn"]}

    def fed(country: str | None) -> set[str]:
        session = graph.anonymous(country=country)
        assert not {each.video_id for each in session.suggest(20)} & (there if country == "FR" else set())
        return {row["videoId"] for row in database.read("suggest", userId=session.user, limit=1_000)}

    assert not fed(None) & withheld
    assert not fed("FR") & there
    assert fed("FR") & (withheld - there)
    assert fed("BR") & there


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_rows_and_decisions_in_any_order_give_their_union(database: Database, order: tuple[int, ...]) -> None:
    """The newest row says what was told; a decision adds to it, and lifted leaves it. Facts are what was told."""
    install(database)
    graph, now = Graph(database), 1_793_491_200_000
    scale = database.read("scales")[0]
    database.write("announce_videos", ids=["v"])

    def tell(at: int, *countries: str) -> Callable[[], None]:
        row = check_row("videos", {"id": "v", "withheldIn": list(countries), "updatedAt": at}, stated_at=0, now=now)
        return lambda: put_catalogue(database, "videos", [merge(None, row)], scale) and None

    acts = [
        tell(now - 2, "DE"),
        tell(now - 1, "BR", "FR"),
        lambda: graph.takedown("v", countries=["FR"]),
        tell(now - 2),
    ]
    for place in order:
        acts[place]()

    def held() -> tuple[set[str], bool]:
        with database._session("READ") as session:
            found = session.run("MATCH (v:Video {id: 'v'}) RETURN v.withheldIn, v:Withheld").single(strict=True)
        return set(found[0] or ()), found[1]

    assert held() == ({"BR", "FR"}, True)
    facts = digest(database)
    graph.takedown("v", countries=["DE"])
    assert held() == ({"BR", "DE", "FR"}, True)
    assert not graph.restore("v", countries=["DE", "FR"]), "it was told of FR"
    assert held() == ({"BR", "FR"}, True)
    assert digest(database) == facts
