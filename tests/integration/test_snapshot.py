"""The snapshot against the statement: the same videos, scores, parts and paths, for every kind of viewer."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from contentgraph.client import Feed, Graph, Served
from contentgraph.cypher import Database, Target
from contentgraph.errors import NotFound
from contentgraph.graph.duplicates import copy_keys
from contentgraph.graph.events import check_event
from contentgraph.graph.points import PointScale
from contentgraph.graph.ranking import SlateSettings
from contentgraph.graph.snapshot.arrays import REMOVED
from contentgraph.graph.snapshot.reasons import Said
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.graph.whatif import rerun
from contentgraph.loaders.folding import fold
from contentgraph.loaders.precompute import precompute
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.loaders.snapshot_reading import read_snapshot
from contentgraph.server import Connection

HOUR = 3_600_000
FOLDED = 12
FOLD_HOURS, REPEAT_HOURS = 100, 50
TUNED = {"relevance": 0.25, "profileSlope": 0.8, "weightCreator": 1.5}


@pytest.fixture(scope="module", params=[11, 12])
def case(
    request: pytest.FixtureRequest, neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any, Snapshot]]:
    """All of it holds in the second world, too: the older half of its engagements is folded, and others come again."""
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(request.param)
    with Database(target) as opened:
        fill(opened, world)
        appraise(opened, world, request.param)
        give(opened, world, request.param)
        if request.param == FOLDED:
            half_folded(opened, world)
            opened.write("put_settings", properties={"repeatHours": REPEAT_HOURS, "weightPopular": 0.3})
        yield opened, world, read_snapshot(opened)


def half_folded(database: Database, world: Any) -> None:
    """Some have nothing but what was folded, most have both."""
    before = world.now - FOLD_HOURS * HOUR
    assert fold(database, before, latest=0).pairs > len(world.engaged) / 3
    assert database.read("night_folded")


def appraise(database: Database, world: Any, seed: int) -> None:
    """What a night that tells values leaves behind: worth, travel, a place among tastes; some videos have none."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, video in enumerate(sorted(world.videos)):
        place = rng.normal(size=4)
        results = {"worth": float(rng.uniform(1, 12)), "travel": float(rng.uniform(0.2, 1.1))}
        results["taste"] = [float(value) for value in place / np.linalg.norm(place)]
        rows.append({"id": video, "results": results if number % 7 else {}})
    before = {row["id"]: row["stored"] for row in database.pages("night_videos")}
    names = ("score", "viewers", "posteriorMean", "posteriorSd", "freshness", "lift", "prior")
    for row in rows:
        row["results"] |= dict(zip(names, before[row["id"]], strict=False))
    database.write("put_video_results", rows=rows)
    topics = []
    for name in ("t1", "t2"):
        place = rng.normal(size=4)
        taste = [float(value) for value in place / np.linalg.norm(place)]
        told = {"name": "#tag1", "hashtags": [], "words": [], "videos": 60, "generic": False}
        topics.append({"id": name, **told, "taste": taste})
    database.write("put_topics", rows=topics)
    database.write("put_settings", properties=TUNED)


def give(database: Database, world: Any, seed: int) -> None:
    """Everybody has test slots of many videos that she may not see too; some were shown since, some videos stopped."""
    rng, rows = np.random.default_rng(seed), []
    everything = [*sorted(world.videos), *sorted(world.unannounced)]
    for user in sorted(world.users):
        for video in rng.choice(everything, 12, replace=False).tolist():
            slot = {"at": world.now - HOUR, "until": world.now + 24 * HOUR, "source": "random", "pool": 9}
            slot |= {"wave": 1 + int(rng.integers(2)), "propensity": 0.25, "turn": int(rng.integers(4))}
            rows.append({"userId": user, "videoId": video, "slot": slot})
    database.write("put_slots", rows=rows)
    with database._session("WRITE") as session:
        session.run("UNWIND $ids AS id MATCH (v:Video {id: id}) SET v.state = 'stopped'", ids=everything[::9]).consume()
        pairs = [[row["userId"], row["videoId"]] for row in rows[::10]]
        session.run(
            "UNWIND $pairs AS pair MATCH (u:User {id: pair[0]}) MATCH (v:Video {id: pair[1]})"
            " CREATE (u)-[:SHOWN {at: 1}]->(v)",
            pairs=pairs,
        ).consume()


def slots(database: Database, user: str) -> list[tuple[str, int, float]]:
    rows = database.read("test_slots", userId=user, limit=1_000)
    return [(row["videoId"], row["wave"], row["propensity"]) for row in rows]


def held(snapshot: Snapshot, user: str, age: int = 0) -> list[tuple[str, int, float]]:
    found = snapshot.offers(user, 1_000, age)
    return [(snapshot.videos[test.video], test.wave, test.propensity) for test in found]


def same(told: list[dict[str, Any]], found: list[dict[str, Any]], what: object) -> None:
    """Order, scores, parts and paths are those of the statement; of equal parts the order of paths is free."""
    assert [row["videoId"] for row in found] == [row["videoId"] for row in told], what
    for mine, theirs in zip(found, told, strict=True):
        assert mine["score"] == pytest.approx(theirs["score"], rel=1e-9), what
        assert mine["parts"] == pytest.approx(theirs["parts"], rel=1e-9, abs=1e-15), what
        assert set(mine["via"][0]) == set(theirs["via"][0])
        for one, other in zip(ordered(mine["via"]), ordered(theirs["via"]), strict=True):
            assert one["part"] == pytest.approx(other["part"], rel=1e-9), what
            assert (one["source"], one["id"], one["name"]) == (other["source"], other["id"], other["name"]), what
            assert sorted(one["acts"] or ()) == sorted(other["acts"] or ()), what
            steps, walked = (sorted(each["steps"] or (), key=lambda step: step["id"]) for each in (one, other))
            said = ("id", "act", "alike")
            assert [[step[name] for name in said] for step in steps] == [
                [step[name] for name in said] for step in walked
            ]
            assert [step["part"] for step in steps] == pytest.approx([step["part"] for step in walked], rel=1e-9)


def ordered(via: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(via, key=lambda each: (each["source"], each["id"] or "", round(each["part"], 9)))


def viewers(world: Any) -> list[str]:
    return [user for user in world.users if not world.users[user].get("removedAt")]


@pytest.mark.parametrize("limit", [20, 1000])
def test_the_snapshot_answers_as_the_statement_does(case: tuple[Database, Any, Snapshot], limit: int) -> None:
    """Minors, restricted and anonymous viewers, hides and blocks both ways, no history: every user of the world."""
    database, world, snapshot = case
    via = set()
    for user in viewers(world):
        told = database.read("suggest", userId=user, limit=limit)
        same(told, snapshot.suggest(user, limit), user)
        via |= {each["source"] for row in told for each in row["via"]}
    assert via == {"similar", "creator", "sound", "hashtag", "challenge", "social", "trending", "local", "popular"}


@pytest.mark.parametrize("told", [{"tasteHalfLifeHours": 0.02}, {"repeatHours": 0.0}])
def test_numbers_at_their_end_are_the_same_in_both(
    case: tuple[Database, Any, Snapshot], told: dict[str, float]
) -> None:
    """A taste of long ago that is less than the least number there is; no time until what was seen comes again."""
    database, world, _ = case
    kept = database.read("settings")[0]["settings"]
    database.write("put_settings", properties=told)
    try:
        snapshot = read_snapshot(database)
        for user in viewers(world)[::3]:
            rows = database.read("suggest", userId=user, limit=20)
            assert all(row["score"] == row["score"] for row in rows), "no NaN"
            assert len(rows) == len(snapshot.suggest(user, 20))
            same(rows, snapshot.suggest(user, 20), user)
            for row in rows[:2]:
                (why,) = database.read("explain", userId=user, videoId=row["videoId"])
                assert why["score"] == pytest.approx(row["score"])
    finally:
        database.write("put_settings", properties={name: kept.get(name) for name in told})


def test_what_was_seen_long_ago_comes_again_and_is_explained_alike(case: tuple[Database, Any, Snapshot]) -> None:
    """In the second world, after `repeatHours`; what was seen since, or is folded, does not."""
    database, world, _ = case
    settings = database.read("settings")[0]["settings"]
    stale = world.now - settings["repeatHours"] * HOUR if "repeatHours" in settings else -1
    again = 0
    for user in viewers(world):
        told = {row["videoId"]: row for row in database.read("suggest", userId=user, limit=1_000)}
        for video in told.keys() & {video for who, video in world.engaged if who == user}:
            assert world.engaged[user, video]["last_at"] <= stale
            (row,) = database.read("explain", userId=user, videoId=video)
            assert row["score"] == pytest.approx(told[video]["score"])
            assert row["withheld"] == []
            again += 1
    assert bool(again) == (stale > 0)


def test_it_shows_nobody_what_she_must_not_see(case: tuple[Database, Any, Snapshot]) -> None:
    """Against the oracle that knows no Cypher."""
    database, world, snapshot = case
    repeats = "repeatHours" in database.read("settings")[0]["settings"]
    with database._session("READ") as session:
        folded = {tuple(pair) for pair in session.run("MATCH (u)-[:SAW]->(v) RETURN u.id, v.id").values()}
    for user in viewers(world):
        ages = {video: world.now - facts["last_at"] for (who, video), facts in world.engaged.items() if who == user}
        seen = {
            video for video, age in ages.items() if not repeats or age < REPEAT_HOURS * HOUR or (user, video) in folded
        }
        own = {video for video, makers in world.creators.items() if user in makers}
        fed = {row["videoId"] for row in snapshot.suggest(user, 1000)}
        assert fed == set(world.videos) - world.forbidden(user) - seen - own, user


def test_a_removed_or_unknown_user_is_not_found(case: tuple[Database, Any, Snapshot]) -> None:
    """As the client says of them."""
    _, _, snapshot = case
    for user in ("u30", "nobody"):
        with pytest.raises(NotFound):
            snapshot.suggest(user, 20)


def test_the_file_gives_the_same_feed_as_the_graph(case: tuple[Database, Any, Snapshot], tmp_path: Path) -> None:
    """Slots, scores, parts, reasons, cards: all of a suggestion, with and without draws, from file and traversal."""
    database, world, _ = case
    write_snapshot(database, tmp_path / "snapshot")
    graph, served = Graph(database), Served(tmp_path / "snapshot")
    assert sum(each.wave is not None for user in viewers(world) for each in served.suggest(user, 20)) > len(
        viewers(world)
    )
    for user in viewers(world):
        for explore in (0.0, 0.5):
            theirs = graph.suggest(user, 20, explore=explore, seed=3)
            mine = served.suggest(user, 20, explore=explore, seed=3)
            alike(mine, theirs)


def test_a_session_is_the_same_by_file_and_graph(case: tuple[Database, Any, Snapshot], tmp_path: Path) -> None:
    """Four feeds each, until what was shown comes again: what a session showed counts as above, in either."""
    database, world, _ = case
    write_snapshot(database, tmp_path / "snapshot")
    graph, beside = Graph(database), Graph(database, snapshot=Served(tmp_path / "snapshot"))
    again = 0
    for user in viewers(world):
        shown: list[str] = []
        theirs, mine = graph.session(user), beside.session(user)
        for turn in range(4):
            feed = mine.suggest(20, seed=turn)
            alike(feed, theirs.suggest(20, seed=turn))
            again += sum(each.video_id in shown for each in feed)
            shown += [each.video_id for each in feed]
    assert again, "so many are not suitable"


def alike(mine: Feed, theirs: Feed) -> None:
    """All of each suggestion."""
    assert [each.video_id for each in mine] == [each.video_id for each in theirs]
    for one, other in zip(mine, theirs, strict=True):
        assert one.score == pytest.approx(other.score, rel=1e-9)
        assert one.propensity == pytest.approx(other.propensity)
        assert [why.sentence for why in one.reasons] == [why.sentence for why in other.reasons]
        assert [why.part for why in one.reasons] == pytest.approx([why.part for why in other.reasons])
        for name in ("slot", "wave", "explored", "caption", "creator_ids", "sound", "hashtags", "challenge_ids"):
            assert getattr(one, name) == getattr(other, name), (one.video_id, name)


def test_no_feed_holds_near_duplicates_nor_too_much_of_one_creator(
    case: tuple[Database, Any, Snapshot], tmp_path: Path
) -> None:
    """By pictures, through chains, and by what is said and heard under any id of a sound; test slots among them."""
    database, world, snapshot = case
    graph = Graph(database)
    passed_over = 0
    for user in viewers(world):
        feed = graph.suggest(user, 20)
        cards = database.read("cards", userId=user, ids=[each.video_id for each in feed])
        keys = [key for card in cards for key in copy_keys(card["sameSound"], card["caption"], card["origin"])]
        assert len(set(keys)) == len(keys), user
        tested = {each.video_id for each in feed if each.wave is not None}
        makers = Counter(maker for each in feed for maker in each.creator_ids)
        assert all(makers[maker] <= 3 for each in feed for maker in each.creator_ids if each.video_id in tested), user
        passed_over += tested != {video for video, _, _ in slots(database, user)[:2]}
    assert passed_over > 3, "a slot whose video may not stand there lets the next one in"
    # The same videos are near-duplicates in the snapshot.
    shown = {row["videoId"]: row for row in database.read("cards", userId=None, ids=sorted(world.videos))}
    names = {name: place for place, name in enumerate(snapshot.videos.some(list(range(len(snapshot.videos)))))}
    pairs = {(card["origin"], snapshot.cards([names[video]])[0]["origin"]) for video, card in shown.items()}
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs) > 5
    for video, card in shown.items():
        assert snapshot.cards([names[video]])[0]["sameSound"] == card["sameSound"]
    assert {card["sameSound"] for card in shown.values()} == {"s0", "s1", "s2", "s4", "s6", "s7"}


def test_what_has_no_place_among_tastes_stands_at_its_topics(case: tuple[Database, Any, Snapshot]) -> None:
    """For variety; two such videos of one topic are as alike as can be. What they are worth to her does not change."""
    database, _, snapshot = case
    stored = {row["id"]: (row["taste"], row["topicIds"]) for row in database.pages("night_videos")}
    cards = {row["videoId"]: row["taste"] for row in database.read("cards", userId=None, ids=sorted(stored))}
    bare: dict[str, set[tuple[float, ...]]] = {}
    for place, video in enumerate(snapshot.videos.some(list(range(len(snapshot.videos))))):
        taste, topics = stored[video]
        (card,) = snapshot.cards([place])
        assert bool(snapshot.arrays.catalog.placed[place]) == bool(taste)
        if video in cards:
            assert card["taste"] == cards[video]
        if taste:
            assert card["taste"] == taste
        elif topics[0] in ("t1", "t2"):
            bare.setdefault(topics[0], set()).add(tuple(card["taste"]))
        else:
            assert card["taste"] == []
    assert [len(places) for places in bare.values()] == [1, 1]
    assert all(len(place) == 4 for places in bare.values() for place in places)


def test_its_test_slots_are_those_of_the_statement(case: tuple[Database, Any, Snapshot]) -> None:
    """All of them, in the order of chance; none that she must not see, and none once it has lapsed."""
    database, world, snapshot = case
    count = 0
    for user in viewers(world):
        found = held(snapshot, user)
        assert found == slots(database, user), user
        assert not {video for video, _, _ in found} & world.forbidden(user)
        assert held(snapshot, user, 23 * HOUR) == found
        assert held(snapshot, user, 24 * HOUR) == []
        count += len(found)
    assert count > 2 * len(viewers(world))
    assert snapshot.offers("nobody", 5) == []


def test_what_was_shown_is_told_to_neo4j_and_is_in_no_next_feed(
    case: tuple[Database, Any, Snapshot], tmp_path: Path
) -> None:
    """By the client that is connected; `Served` alone leaves it out and writes nothing. Sessions carry slots too."""
    database, world, _ = case
    write_snapshot(database, tmp_path / "snapshot")
    users = [user for user in viewers(world) if len(slots(database, user)) >= 4 and user not in world.anonymous]
    served = Served(tmp_path / "snapshot")
    graph, alone = Graph(database, snapshot=served), Served(tmp_path / "snapshot")
    user, other, third = users[:3]
    feed = graph.suggest(user, 20)
    tested = {each.video_id for each in feed if each.wave is not None}
    assert len(tested) == 2
    assert graph.shown(user, feed, now=world.now) == 20
    left = slots(database, user)
    assert not tested & {video for video, _, _ in left}
    told = {(each.video_id, each.wave) for each in graph.suggest(user, 20) if each.wave is not None}
    assert len(told) == 2, "those whose video may not stand there are passed over"
    assert told <= {(video, wave) for video, wave, _ in left[:6]}
    # Alone: the same for the next feed, but Neo4j knows nothing of it.
    feed = alone.suggest(other, 20)
    tested = {each.video_id for each in feed if each.wave is not None}
    assert alone.shown(other, feed) >= 2, "those that the slate held anyway too"
    assert not tested & {each.video_id for each in alone.suggest(other, 20) if each.wave is not None}
    assert tested <= {video for video, _, _ in slots(database, other)}
    # A new file does not bring them back, a takedown and a session's own memory leave them out.
    write_snapshot(database, tmp_path / "snapshot")
    assert alone.refresh()
    after = [each.video_id for each in alone.suggest(other, 20) if each.wave is not None]
    assert after
    assert not tested & set(after)
    alone.withdraw(after)
    feed = alone.suggest(other, 20)
    assert not set(after) & {each.video_id for each in feed}
    assert not tested & {each.video_id for each in feed if each.wave is not None}
    alone.readmit(after[0])
    session = graph.session(third)
    first, second = session.suggest(20), session.suggest(20)
    assert [each.wave for each in first if each.wave is not None]
    assert not {each.video_id for each in first} & {each.video_id for each in second}


STORY = (
    ("view", "videoId", 600_000),
    ("like", "videoId", None),
    ("share", "videoId", None),
    ("hide", "videoId", None),
    ("follow", "targetId", None),
    ("block", "targetId", None),
    ("hide", "targetId", None),
    ("unfollow", "targetId", None),
    ("view", "videoId", 300),
    ("hide", "soundId", None),
    ("hide", "hashtag", None),
    ("report", "videoId", None),
    ("report", "targetId", None),
    ("unhide", "hashtag", None),
)


@contextmanager
def folded_world(
    server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> Iterator[tuple[Database, Any]]:
    """A world of its own, half folded, for a test that changes it."""
    target = Target(uri=server.uri, user=server.user, password=server.password, database="neo4j")
    world = worlds(13)
    with Database(target) as database:
        fill(database, world)
        appraise(database, world, 13)
        give(database, world, 13)
        half_folded(database, world)
        yield database, world


def test_events_since_count_as_if_they_were_in_the_graph(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any]
) -> None:
    """What is recorded is laid over the old snapshot: the next feed is the traversal's, for all whom it concerns."""
    with folded_world(neo4j_server, fill, worlds) as (database, world):
        snapshot, people = read_snapshot(database), viewers(world)
        graph, since = Graph(database), told_later(world, people)
        graph.record(since, now=world.now + 100_000)
        events = [check_event(each, now=world.now + 100_000) for each in since]
        laid = snapshot.with_events(events[:30]).with_events(events[30:])
        again = laid.with_events(events)
        changed = fewer = 0
        for user in people:
            told = database.read("suggest", userId=user, limit=50)
            same(told, laid.suggest(user, 50), user)
            same(told, again.suggest(user, 50), user)
            assert held(laid, user) == held(again, user) == slots(database, user), user
            fewer += held(laid, user) != held(snapshot, user)
            changed += [row["videoId"] for row in snapshot.suggest(user, 50)] != [row["videoId"] for row in told]
        assert changed > len(people) / 2, "the events change feeds"
        assert fewer > 2, "and test slots"


def told_later(world: Any, people: list[str]) -> list[dict[str, Any]]:
    """Events of every kind after the world's own, by people drawn."""
    rng, since = np.random.default_rng(5), []
    for number in range(140):
        kind, aim, watched = STORY[number % len(STORY)]
        user = str(rng.choice(people))
        fresh = [video for video in sorted(world.videos) if (user, video) not in world.engaged]
        others = [each for each in people if each != user]
        event = {"userId": user, "kind": kind, "at": world.now + 1000 + number}
        aims = {"videoId": fresh, "soundId": ["s1", "s2"], "hashtag": ["fyp", "tag3"]}
        event[aim] = str(rng.choice(aims.get(aim, others)))
        since.append(event if watched is None else event | {"watchedMs": watched})
    return since


def test_what_another_process_recorded_counts_once_she_is_asked_for(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any], tmp_path: Path
) -> None:
    """A graph that is opened on the old file answers as the traversal does, also of whom it has answered before."""
    with folded_world(neo4j_server, fill, worlds) as (database, world):
        write_snapshot(database, tmp_path / "snapshot")
        people = viewers(world)
        other = Graph(database)
        begun = Graph(database, snapshot=Served(tmp_path / "snapshot"), fresh=0.0)
        assert [each.video_id for each in begun.suggest(people[0])]
        since = told_later(world, people)
        other.record(since, now=world.now + 100_000)
        first = Served(tmp_path / "snapshot").suggest(since[3]["userId"], 1_000)
        hidden = {each["videoId"] for each in since if each["kind"] == "hide" and "videoId" in each}
        assert hidden & {each.video_id for each in first}, "the file alone knows nothing of it"
        shown = people[4]
        other.shown(shown, other.suggest(shown, 20, seed=1), now=world.now + 100_000)
        late = Graph(database, snapshot=Served(tmp_path / "snapshot"))
        for graph in (begun, late):
            for user in people:  # what people whom she follows did counts once they were asked for, too
                assert not graph.suggest(user).degraded
            for user in people:
                theirs, mine = other.suggest(user, 50, seed=3), graph.suggest(user, 50, seed=3)
                assert [each.video_id for each in mine] == [each.video_id for each in theirs], user
                assert [each.score for each in mine] == pytest.approx([each.score for each in theirs]), user
                assert [each.wave for each in mine] == [each.wave for each in theirs], user


def test_what_is_recorded_while_neo4j_is_asked_is_not_undone_by_its_answer(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any], tmp_path: Path
) -> None:
    """Nor does an unhide bring back what was reported."""
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(13)
    with Database(target) as database:
        fill(database, world)
        write_snapshot(database, tmp_path / "snapshot")
        graph = Graph(database, snapshot=Served(tmp_path / "snapshot"))
        user, at = viewers(world)[0], world.now + 1_000
        video = graph.suggest(user, 1)[0].video_id
        about = {"userId": user, "videoId": video}
        graph.record([{**about, "kind": "hide", "at": at}, {**about, "kind": "unhide", "at": at + 1}], now=at + 9)
        asked = graph._feeds.catch_up(user)
        question = next(asked)
        rows = database.read(question.name, **question.params)  # type: ignore[union-attr]
        graph.record({**about, "kind": "report", "at": at + 2}, now=at + 9)
        with pytest.raises(StopIteration):
            asked.send(rows)
        assert video not in [each.video_id for each in graph.suggest(user, 1_000)]
        graph.record({**about, "kind": "unhide", "at": at + 3}, now=at + 9)
        again = Graph(database, snapshot=Served(tmp_path / "snapshot"))
        assert video not in [each.video_id for each in again.suggest(user, 1_000)]


SWITCHES = (
    ("follow", "targetId"), ("unfollow", "targetId"), ("block", "targetId"), ("unblock", "targetId"),
    ("hide", "targetId"), ("unhide", "targetId"), ("report", "targetId"), ("hide", "videoId"), ("unhide", "videoId"),
    ("report", "videoId"), ("hide", "soundId"), ("unhide", "soundId"), ("hide", "hashtag"), ("unhide", "hashtag"),
    ("like", "videoId"), ("unlike", "videoId"), ("view", "videoId"), ("completion", "videoId"), ("share", "videoId"),
)  # fmt: skip


def test_what_a_new_file_has_is_not_changed_by_what_was_told_before(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any], tmp_path: Path
) -> None:
    """Two processes tell switches on and off, likes and views of the same, old and new, in any order; then one opens
    the file that holds them all: it has everybody as the file has."""
    with folded_world(neo4j_server, fill, worlds) as (database, world):
        write_snapshot(database, tmp_path / "snapshot")
        served = Served(tmp_path / "snapshot")
        one, other = Graph(database, snapshot=served), Graph(database)
        rng, people = np.random.default_rng(3), viewers(world)[:4]
        aims = {"targetId": people, "videoId": sorted(world.videos)[:3], "soundId": ["s1"], "hashtag": ["tag1", "tag3"]}
        for _ in range(60):
            events: list[dict[str, Any]] = []
            for kind, aim in rng.permutation(SWITCHES).tolist()[:6]:
                user = str(rng.choice(people))
                target = str(rng.choice([each for each in aims[aim] if each != user]))
                at = world.now - 90 * HOUR + int(rng.integers(12)) * 10 * HOUR
                events.append({"userId": user, "kind": kind, aim: target, "at": at, "watchedMs": 60_000})
            (one if rng.random() < 0.6 else other).record(events, now=world.now + 90 * HOUR)
        write_snapshot(database, tmp_path / "snapshot")
        assert one.refresh()
        (user, video), _ = max(world.engaged.items(), key=lambda pair: (-pair[1]["last_at"], pair[0]))
        served.record({"userId": user, "kind": "share", "videoId": video, "at": world.now - 190 * HOUR}, now=world.now)
        fresh = Served(tmp_path / "snapshot")._snapshot
        assert served._snapshot._patches.keys() >= {*people}
        for who in viewers(world):
            assert rows_of(served._snapshot, who) == rows_of(fresh, who), who


def rows_of(snapshot: Snapshot, user: str) -> dict[str, Any]:
    """What is hers, in one order; what others did is another's."""
    found = snapshot.person(user)._asdict()
    told = {name: np.asarray(found[name]).tolist() for name in found if not name.startswith("proof")}
    return told | {name: sorted({*told[name]}) for name in ("hidden", "barring")}


def test_a_session_that_ended_or_was_merged_is_the_same_error_with_a_file(
    neo4j_server: Connection, fill: Callable[..., None], worlds: Callable[[int], Any], tmp_path: Path
) -> None:
    """In the process that merged it, and in every other."""
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    world = worlds(13)
    with Database(target) as database:
        fill(database, world)
        plain = Graph(database)
        ended, merged = plain.anonymous(hours=1.0, now=1_600_000_000_000).user, plain.anonymous().user
        write_snapshot(database, tmp_path / "snapshot")
        graph, other = (Graph(database, snapshot=Served(tmp_path / "snapshot"), fresh=0.0) for _ in range(2))
        assert graph.suggest(merged, 3)
        assert other.suggest(merged, 3)
        graph.session(merged).merge_into(viewers(world)[0])
        for user, said in ((ended, "ended"), (merged, "no user")):
            with pytest.raises(NotFound, match=said) as clear:
                plain.suggest(user, 3)
            for one in (graph, other):
                with pytest.raises(NotFound) as found:
                    one.suggest(user, 3)
                assert str(found.value) == str(clear.value)
        with pytest.raises(NotFound, match="ended"):
            Served(tmp_path / "snapshot").suggest(ended, 3)


def test_everybodys_feed_is_written_at_once(case: tuple[Database, Any, Snapshot], tmp_path: Path) -> None:
    """The table holds each viewer's slots as the client gives them, and nobody who was removed."""
    database, world, snapshot = case
    rows = precompute(snapshot, tmp_path / "feeds.parquet", limit=9)
    told = pq.read_table(tmp_path / "feeds.parquet").to_pylist()
    assert rows == len(told)
    assert {row["userId"] for row in told} == set(viewers(world))
    graph = Graph(database)
    for user in viewers(world)[::5]:
        mine = [row for row in told if row["userId"] == user]
        theirs = graph.suggest(user, 9)  # too short for a test slot, of which lists made beforehand have none
        assert [(row["slot"], row["videoId"]) for row in mine] == [(each.slot, each.video_id) for each in theirs]
        for row, each in zip(mine, theirs, strict=True):
            assert row["score"] == pytest.approx(each.score, rel=1e-5)
            assert {name: row[name] for name in each.parts} == pytest.approx(dict(each.parts), rel=1e-5, abs=1e-9)
            assert row["reason"] == each.reason


def test_a_list_in_one_call_is_its_steps_one_after_the_other(case: tuple[Database, Any, Snapshot]) -> None:
    """With all videos and without the best of each; of a snapshot with events since, too."""
    _, world, snapshot = case
    settings, pool = SlateSettings(), 30
    said: Said = {}
    view = {"kind": "view", "userId": sorted(world.users)[0], "videoId": sorted(world.videos)[0], "watchedMs": 9}
    later = snapshot.with_events([check_event(view | {"at": world.now}, now=world.now)])
    listed = 0
    for one in (snapshot, later):
        for place, user in enumerate(one.users.some(range(len(one.users)))):
            if one.arrays.crowd.state[place] & REMOVED:
                with pytest.raises(NotFound):
                    one.listed(place, pool, 8, settings, (), said)
                continue
            found = one.found(user, pool)
            for held in ([], one.videos.some(found.video[:3].tolist())):
                left = found.video.size - len(held)
                kept = np.arange(found.video.size)[-left:] if left else np.zeros(0, dtype=np.int64)
                some = found._replace(
                    video=found.video[kept], score=found.score[kept], parts=found.parts[kept], scale=found.scale[kept]
                )
                places = one.slate(some, 8, settings)
                told = one.listed(place, pool, 8, settings, held, said)
                assert told.video.tolist() == some.video[places].tolist(), user
                assert told.score.tolist() == some.score[places].tolist()
                assert told.parts.tolist() == some.parts[places].tolist()
                assert told.why == one.sentences(some, places, {})
                listed += places.size
    assert listed > 100


def test_feeds_under_other_settings_beside_those_that_are_served(case: tuple[Database, Any, Snapshot]) -> None:
    """Nothing asked changes nothing; another scale, half-life or diversity changes feeds, measured on one scale."""
    _, _, snapshot = case
    people = list(range(len(snapshot.users)))
    same = rerun(snapshot, people, 10, settings={})
    assert (same.overlap, same.first_stays) == (1.0, 1.0)
    assert same.before == same.after
    assert same.people == len(people) - 1, "all but the one who was removed"
    weights = ("rewatch", "completion", "share", "comment", "like")
    doubled = PointScale(**{name: 2.0 * getattr(snapshot.scale, name) for name in weights})
    twice = rerun(snapshot, people, 10, settings={}, scale=doubled)
    if snapshot.arrays.crowd.sum.size:
        assert twice.overlap > 0.99, "what is folded keeps the points of its scale"
    else:
        assert twice.overlap == 1.0, "twice the points are the same wishes"
        assert twice.after.points == pytest.approx(twice.before.points)
    liked = replace(snapshot.scale, rewatch=0.0, completion=0.0, like=20.0)
    likes = rerun(snapshot, people, 10, settings={}, scale=liked)
    assert likes.overlap < 1.0
    assert likes.after.points < likes.before.points, "by the scale that is served, its own feeds are better"
    fast = rerun(snapshot, people, 10, settings={"tasteHalfLifeHours": 1.0})
    assert fast.overlap < 1.0
    forgetful = rerun(snapshot, people, 10, settings={"profileHalfLifeHours": 1.0})
    assert forgetful.overlap < 1.0
    varied = rerun(snapshot, people, 10, settings={}, topic=1.0)
    assert varied.after.diversity > varied.before.diversity
    assert varied.after.points < varied.before.points


def test_points_of_a_view_are_the_score_without_what_leads_there(case: tuple[Database, Any, Snapshot]) -> None:
    """With exponent 0 of what leads to a video, score and value are one."""
    _, world, snapshot = case
    plain = Snapshot(snapshot.arrays, {**snapshot.settings, "relevance": 0.0}, snapshot.scale)
    for user in viewers(world)[:10]:
        found = plain.found(user, 50)
        assert snapshot.values(snapshot.person(user), found.video) == pytest.approx(found.score, rel=1e-12)
