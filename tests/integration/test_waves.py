"""Waves on a real Neo4j: from birth to exit, by steps that are idempotent, safe side by side, told by the ledger."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import pytest

from contentgraph.cli import main
from contentgraph.client import Graph, Suggestion
from contentgraph.cypher import Database
from contentgraph.cypher.installation import install
from contentgraph.errors import Busy, NotFound, UsageError
from contentgraph.graph.near_people import NearPeople
from contentgraph.graph.offpolicy import PolicyValue
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.states import State, replay
from contentgraph.loaders.night import Summary, run_night, step_waves
from contentgraph.loaders.nightly import show
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.tuning import Tuning
from contentgraph.loaders.waves import stepping
from contentgraph.loaders.waves.ledger import differs, read_ledger
from contentgraph.loaders.waves.near import CANDIDATES
from contentgraph.loaders.waves.reports import fairness
from contentgraph.loaders.waves.reports import values as valued
from contentgraph.loaders.waves.stepping import WaveStep, step

NOW = 1_793_491_200_000
HOUR = 3_600_000
DAY = 24 * HOUR
PEOPLE, VIDEOS = 1_500, 60
RULE = WaveRule(open_hours=96.0, window_hours=6.0, slot_hours=6.0, per_viewer=3)


@pytest.fixture
def platform(database: Database, session: neo4j.Session) -> Database:
    """1,500 people of some age who watched old videos yesterday; 60 new videos of 20 creators with some sounds."""
    install(database)
    session.run(
        "UNWIND range(0, $people - 1) AS i"
        " CREATE (:User {id: 'u' + i, birthYear: 1990, languages: ['fr'], createdAt: 1})",
        people=PEOPLE,
    ).consume()
    session.run(
        "UNWIND range(0, 19) AS i CREATE (v:Video {id: 'old' + i, rating: 'everyone', durationMs: 10000, createdAt: 1,"
        " viewers: 200, language: 'fr'}) MERGE (s:Sound {id: 's' + i % 5}) MERGE (v)-[:USES]->(s)"
        " MERGE (s)-[:FEATURED {rank: i / 5 + 1, score: 1.0}]->(v)"
    ).consume()
    session.run(
        "MATCH (u:User) WITH u, toInteger(substring(u.id, 1)) AS i UNWIND [i % 20, (i * 7 + 3) % 20] AS k"
        " MATCH (v:Video {id: 'old' + k}) MERGE (u)-[e:ENGAGED]->(v)"
        " SET e.firstAt = $at, e.lastAt = $at, e.points = 8.0, e.completed = true, e.rewatched = false",
        at=NOW - DAY,
    ).consume()
    session.run(
        "UNWIND range(0, $videos - 1) AS i MATCH (c:User {id: 'u' + i % 20}) MATCH (s:Sound {id: 's' + i % 5})"
        " CREATE (c)-[:CREATED {role: 'author'}]->(v:Video {id: 'new' + i, rating: 'everyone', durationMs: 10000,"
        " createdAt: $now - 1000, language: 'fr'})-[:USES]->(s)",
        videos=VIDEOS,
        now=NOW,
    ).consume()
    database.write("put_settings", properties={"now": NOW})
    return database


def answer(session: neo4j.Session, rng: np.random.Generator, now: int, chance: Callable[[int], float]) -> int:
    """Everybody sees her slots an hour from ``now``; each new video is completed at its own rate, silence otherwise."""
    rows = [
        {"user": user, "video": video, "done": bool(rng.random() < chance(int(video[3:])))}
        for user, video in session.run("MATCH (u)-[a:ASSIGNED]->(v) RETURN u.id, v.id ORDER BY u.id, v.id").values()
    ]
    told = [{"userId": row["user"], "videoId": row["video"], "at": now + HOUR, "slot": 1} for row in rows]
    for row in told:
        row |= {"source": "explore", "propensity": 0.5}
    tell(session, now + 8 * HOUR)
    return _write(session, rows, told, now)


def tell(session: neo4j.Session, until: int) -> None:
    """As after a night: all that people did by then is known."""
    session.run("MATCH (s:Settings {id: 'contentgraph'}) SET s.now = $until", until=until).consume()


def _write(session: neo4j.Session, rows: list[dict[str, Any]], told: list[dict[str, Any]], now: int) -> int:
    from contentgraph.cypher import load

    session.run(load("put_shown").text, rows=told).consume()
    session.run(
        "UNWIND $rows AS row WITH row WHERE row.done MATCH (u:User {id: row.user}) MATCH (v:Video {id: row.video})"
        " MERGE (u)-[e:ENGAGED]->(v) SET e.firstAt = $at, e.lastAt = $at, e.firstCompletionAt = $at,"
        " e.lastCompletionAt = $at, e.points = 8.0, e.completed = true, e.rewatched = false",
        rows=rows,
        at=now + 2 * HOUR,
    ).consume()
    return len(rows)


def chance(video: int) -> float:
    """Six good videos; the others between a third and a half."""
    return 0.9 if video % 10 == 0 else 0.33 + 0.17 * (video % 7) / 6


def live(database: Database, session: neo4j.Session, steps: int, rng: np.random.Generator) -> list[Any]:
    told = []
    for turn in range(steps):
        now = NOW + turn * 8 * HOUR
        told.append(step(database, now, rng=rng, rule=RULE))
        answer(session, rng, now, chance)
        session.run("MATCH ()-[e:ENGAGED]->(:Video {id: 'old1'}) SET e.lastAt = $at", at=now).consume()
    return told


def test_good_videos_are_boosted_and_bad_ones_stopped(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From waiting through the floor and waves to an exit: the six good ones leave, of the others next to none.

    And what the commands say of such a ledger.
    """
    rng = np.random.default_rng(1)
    for turn in range(14):
        session.run("MATCH (:User)-[e:ENGAGED]->(v:Video) WHERE v.createdAt = 1 SET e.lastAt = $at", at=NOW).consume()
        now = NOW + turn * 8 * HOUR
        step(platform, now, rng=rng, rule=RULE)
        answer(session, rng, now, chance)
    states = dict(session.run("MATCH (v:Video) WHERE v.state IS NOT NULL RETURN v.id, v.state").values())
    assert len(states) == VIDEOS
    boosted = {video for video, state in states.items() if state in ("circle", "everyone")}
    good = {f"new{i}" for i in range(0, VIDEOS, 10)}
    assert len(boosted & good) >= 4, states
    assert len(boosted - good) <= 1, states
    assert set(states.values()) <= {"circle", "everyone", "stopped"}
    assert differs(platform) == {}
    ledger = read_ledger(platform)
    assert {video: standing.state for video, standing in replay(ledger).items()} == states
    floors = [row for row in ledger if row.before == State.FLOOR]
    assert len(floors) == VIDEOS
    assert all(row.shown + row.fans >= 20 for row in floors), "every video got its floor"
    for row in ledger:
        assert row.shown == sum(row.sources.values()) == row.circle.people + row.everyone.people
        assert row.sentence
        assert row.mean == pytest.approx(8.0 * row.rates[1])
    monkeypatch.setenv("CONTENTGRAPH_URI", platform.target.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", platform.target.password.get_secret_value())

    def run(*arguments: str) -> str:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    way = json.loads(run("waves", "new1", "--json"))
    assert way["state"] == states["new1"]
    assert [one["before"] for one in way["decisions"]] == ["waiting", *(one["after"] for one in way["decisions"])][:-1]
    assert way["decisions"][-1]["sentence"] == way["reason"]
    assert "waiting → floor" in run("waves", "new1")
    told = json.loads(run("fairness", "--json"))
    assert told["videos"] == VIDEOS
    assert told["promoted"] == len(boosted)
    assert set(told["groups"]) == {"creator size", "country", "language", "account age"}
    assert "ratio: at equal points, 1 is fair" in run("fairness")
    lost = json.loads(run("replay", "--bar", "0.99", "--json"))
    assert {one["videoId"] for one in lost} <= boosted
    assert "videos would have ended elsewhere" in run("replay", "--floor", "10000")
    assert len(json.loads(run("replay", "--floor", "10000", "--json"))) == len(boosted), "nobody has so many people"
    values = json.loads(run("waves", "value", "--json"))
    assert values["random"]["effective"] >= 400
    assert values["random"]["snipsLow"] <= values["random"]["snips"] <= values["random"]["snipsHigh"]
    # Of the circle's chance gives more or fewer, as videos leave sooner or later.
    assert all("an estimate needs 400" in said or said["effective"] >= 400 for said in values.values())
    assert "self-normalised" in run("waves", "value")
    alike = valued(platform, policy=lambda row: 1.0 / row["pool"] if row["source"] == "random" else 0.0)
    assert isinstance(alike["policy"], PolicyValue)
    assert alike["policy"].snips == pytest.approx(values["random"]["snips"])
    later = NOW + 30 * DAY
    tell(session, later)
    assert json.loads(run("waves", "step", "--now", str(later), "--seed", "1", "--json"))["now"] == later
    assert "nothing to do" in run("waves", "step", "--now", str(later - 1))
    assert main(["waves", "step", "--now", "soon"]) == 2
    assert main(["replay"]) == 2


def test_the_slots_of_a_step_keep_to_the_rule(platform: Database, session: neo4j.Session) -> None:
    """At most three a person, none to creators, the floor and no more, propensities within 0 … ½."""
    told = step(platform, NOW, rng=np.random.default_rng(2), rule=RULE)
    slots = session.run("MATCH (u)-[a:ASSIGNED]->(v) RETURN u.id, v.id, properties(a)").values()
    assert told.opened == VIDEOS
    assert sum(told.slots.values()) == len(slots) > 0.8 * 20 * VIDEOS
    assert told.decided == {"floor": VIDEOS}
    by_user = np.unique([user for user, _, _ in slots], return_counts=True)[1]
    assert by_user.max() <= 3
    assert {slot["source"] for _, _, slot in slots} == {"affinity", "random"}, "nobody engaged: no likeness yet"
    for user, video, slot in slots:
        assert 0.0 < slot["propensity"] <= 0.5
        assert slot["wave"] == 1
        assert slot["until"] == NOW + 6 * HOUR
        assert int(video[3:]) % 20 != int(user[1:]), "no creator tests her own video"
    given = np.unique([video for _, video, _ in slots], return_counts=True)[1]
    assert given.max() <= 40


def test_new_videos_are_opened_some_at_a_time(platform: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first load's fit no transaction: 6 KiB each."""
    monkeypatch.setattr(stepping, "BATCH", 7)
    sizes: list[int] = []
    write = Database.write

    def counted(self: Database, name: str, **params: Any) -> list[dict[str, Any]]:
        rows = write(self, name, **params)
        if name == "open_waves":
            sizes.append(rows[0]["videos"])
        return rows

    monkeypatch.setattr(Database, "write", counted)
    told = step(platform, NOW, rule=RULE)
    assert sizes == [*[7] * (VIDEOS // 7), VIDEOS % 7]
    assert told.opened == told.open == VIDEOS


def test_one_step_gives_every_video_its_floor_however_many_there_are(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night is the only step of its day for many: 620 videos; drawn some together, nobody gets more than her room."""
    monkeypatch.setattr("contentgraph.loaders.waves.audience.TOGETHER", 200)
    session.run(
        "UNWIND range(60, 619) AS i MATCH (c:User {id: 'u' + i % 20}) CREATE (c)-[:CREATED {role: 'author'}]->"
        "(:Video {id: 'new' + i, rating: 'everyone', durationMs: 10000, createdAt: $now - 1000, language: 'fr'})",
        now=NOW,
    ).consume()
    step(platform, NOW, rng=np.random.default_rng(1), rule=WaveRule(floor=4, per_viewer=3))
    given = session.run("MATCH (v:Video {state: 'floor'}) RETURN COUNT { (v)<-[:ASSIGNED]-() }").value()
    assert len(given) > 590, "four slots each are expected, and a few draw none"
    assert sum(given) / 620 == pytest.approx(4, abs=0.1)
    held = session.run("MATCH (u:User)-[a:ASSIGNED]->() RETURN u.id, count(a)").values()
    assert max(count for _, count in held) <= 3


def test_whom_a_night_finds_near_its_videos_is_whom_the_statement_finds(
    database: Database, session: neo4j.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every young video of a sample, each list from first to last; sums that are equal to nine digits in any order."""
    sample = write_sample(tmp_path / "data", PlatformConfig(users=300, videos=200, events=6_000, until=NOW, seed=5))
    compared = []

    def compare(store: Database, now: int, *, near: NearPeople, **options: Any) -> WaveStep:
        # Videos of a challenge by a hashtag count in the arrays alone.
        session.run("MATCH (v:Video)-[r:ANSWERS]->() DELETE r").consume()
        compared.extend(
            (near.people([row["videoId"]])[row["videoId"]][source], row[source])
            for row in store.read("night_near_people", videos=list(near.place), limit=CANDIDATES)
            for source in ("affinity", "likeness")
        )
        return WaveStep(now)

    monkeypatch.setattr("contentgraph.loaders.waves.stepping.step", compare)
    monkeypatch.setattr("contentgraph.loaders.waves.near._CARRIED", ("sound", "hashtag"))
    run_night(database, [tmp_path / "data"], clock=NOW + HOUR, rejects=tmp_path / "rejects", tuning=Tuning(0))
    assert sample.videos == 200
    assert len(compared) > 50
    assert sum(len(ours) for ours, _ in compared) > 5_000
    alike = [len(set(ours) & set(theirs)) / max(len(theirs), 1) for ours, theirs in compared if ours or theirs]
    assert min(alike) > 0.99
    assert sum(ours == theirs for ours, theirs in compared) > 0.9 * len(compared)


def test_where_only_some_videos_get_slots_those_below_their_floor_come_first(
    platform: Database, session: neo4j.Session
) -> None:
    """Forty videos grow and want more than all there is; of the others each gets its floor."""
    session.run(
        "MATCH (v:Video) WHERE v.id STARTS WITH 'new' AND toInteger(substring(v.id, 3)) < 40"
        " SET v.state = 'growing', v.wave = 3 WITH v, toInteger(substring(v.id, 3)) AS i UNWIND range(0, 24) AS k"
        " MATCH (u:User {id: 'u' + (100 + (i * 29 + k) % 1300)}) MERGE (u)-[r:SHOWN]->(v) SET r += {at: $at, wave: 2,"
        " source: 'random', propensity: 0.1, pool: 10, assignedAt: $at, fan: false, bits: k % 2}",
        at=NOW - 40 * HOUR,
    ).consume()
    step(platform, NOW, rng=np.random.default_rng(1), rule=RULE, videos=20)
    given = dict(session.run("MATCH ()-[:ASSIGNED]->(v:Video) RETURN v.id, count(*)").values())
    assert set(given) == {f"new{i}" for i in range(40, 60)}


def test_slots_of_the_night_before_are_of_another_day(platform: Database, session: neo4j.Session) -> None:
    """Shown in the course of the day, and the next night is ten seconds early: people have room again."""
    first = step(platform, NOW, rng=np.random.default_rng(1), rule=RULE)
    answer(session, np.random.default_rng(1), NOW + 10 * HOUR, chance)
    session.run("MATCH (:User)-[e:ENGAGED]->(v:Video) WHERE v.createdAt = 1 SET e.lastAt = $at", at=NOW).consume()
    told = step(platform, NOW + DAY - 10_000, rng=np.random.default_rng(1), rule=RULE)
    assert told.budget == first.budget == 3 * PEOPLE


def promoted(session: neo4j.Session, later: dict[str, int]) -> None:
    """Sixty videos seen by 32 each; six boosted to everyone and six in their circle two days ago, and seen since.

    ``later``: what people of each source did with those.
    """
    session.run(
        "MATCH (v:Video) WHERE v.id STARTS WITH 'new' WITH v, toInteger(substring(v.id, 3)) AS i"
        " SET v.createdAt = $now - 60 * $hour, v.wave = 2,"
        " v.state = CASE WHEN i < 6 THEN 'everyone' WHEN i < 12 THEN 'circle' ELSE 'growing' END WITH v, i"
        " UNWIND range(0, 31) AS k MATCH (u:User {id: 'u' + (100 + (i * 37 + k) % 600)}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $now - 50 * $hour + k, wave: 1, source: CASE WHEN k < 20 THEN 'random' ELSE 'affinity' END,"
        " propensity: 0.1, pool: 10, assignedAt: $now - 51 * $hour, fan: false,"
        " bits: CASE WHEN (k * 7 + i) % 20 < 6 + i % 5 THEN 1 ELSE 0 END}",
        now=NOW,
        hour=HOUR,
    ).consume()
    session.run(
        "MATCH (v:Video) WHERE v.state IN ['everyone', 'circle']"
        " MERGE (d:Decision {id: v.id + '#1'}) SET d += {videoId: v.id, number: 1, at: $now - 45 * $hour,"
        " after: v.state, everyonePosterior: 0.99, circlePosterior: 0.99} MERGE (v)-[:DECIDED]->(d)"
        " WITH v, toInteger(substring(v.id, 3)) AS i"
        " UNWIND range(0, 59) AS k WITH v, i, k, CASE WHEN k < 30 THEN 'random' ELSE 'affinity' END AS source"
        " MATCH (u:User {id: 'u' + (700 + (i * 61 + k) % 800)}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $now - 40 * $hour, wave: 1, source: source, propensity: 0.1, pool: 10, fan: false,"
        " assignedAt: $now - 41 * $hour, bits: $later[v.state + ' ' + source]}",
        now=NOW,
        hour=HOUR,
        later=later,
    ).consume()


def test_promotions_are_checked_on_later_views_of_their_own_exit_alone(
    platform: Database, session: neo4j.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """Truly bad ones raise the figure though those near them liked them; and the night says so, late as it comes."""
    good = {"everyone random": 1, "everyone affinity": 0, "circle random": 0, "circle affinity": 1}
    promoted(session, good)
    well = step(platform, NOW, budget=0, rng=np.random.default_rng(1), rule=RULE)
    assert {name: (one.videos, one.people) for name, one in well.audits.items()} == {
        "everyone": (6, 180),
        "circle": (6, 180),
    }
    assert all(one.below < 0.05 for one in well.audits.values()), well.audits
    promoted(session, {name: 1 - bits for name, bits in good.items()})
    day = step(platform, NOW + 2 * HOUR, budget=0, rng=np.random.default_rng(1), rule=RULE, look_back=False)
    assert not day.audits
    summary = Summary.begun(NOW)
    summary.now = NOW + HOUR
    step_waves(platform, summary, lambda _: None)
    assert all(one.below > 0.95 for one in summary.audits.values()), summary.audits
    assert len([said for said in summary.alarms if "on later views" in said]) == 2
    show(summary)
    told = capsys.readouterr().out
    assert "boosted (circle)" in told
    assert told.count("ALARM") == 2


@pytest.mark.parametrize("exit_", ["everyone", "circle"])
def test_a_promotion_is_checked_on_so_many_more_people_however_often_a_step_runs(
    platform: Database, session: neo4j.Session, exit_: str
) -> None:
    """Every slot is shown at once and its window runs for a day: steps give what nights would; no budget, no slots."""
    promoted(session, dict.fromkeys(("everyone random", "everyone affinity", "circle random", "circle affinity"), 1))
    session.run("MATCH ()-[r:SHOWN]->() WHERE r.at = $at DELETE r", at=NOW - 40 * HOUR).consume()
    session.run(
        "MATCH (v:Video) WHERE v.state IN ['circle', 'everyone', 'growing'] AND v.state <> $exit_"
        " SET v.state = 'stopped'",
        exit_=exit_,
    ).consume()
    rule = WaveRule(open_hours=48.0)
    for turn in range(14):
        now = NOW + turn * HOUR // 2
        tell(session, now)
        told = step(platform, now, budget=0 if turn < 3 else 400, rng=np.random.default_rng(turn), rule=rule)
        assert sum(told.slots.values()) <= told.budget
        waiting = session.run("MATCH (u)-[a:ASSIGNED]->(v) RETURN u.id AS userId, v.id AS videoId").data()
        assert (turn >= 3) or not waiting
        platform.write(
            "put_shown", rows=[row | {"at": now, "slot": 1, "source": "explore", "propensity": 0.5} for row in waiting]
        )
    given = dict(session.run("MATCH ()-[r:SHOWN]->(v) WHERE r.at >= $now RETURN v.id, count(r)", now=NOW).values())
    assert set(given) == {f"new{i}" for i in (range(6) if exit_ == "everyone" else range(6, 12))}
    # What is drawn is right in the mean: a slot more or less a step.
    assert all(40 - 4 <= people <= 40 + 4 for people in given.values()), given
    sources = session.run("MATCH ()-[r:SHOWN]->() WHERE r.at >= $now RETURN DISTINCT r.source", now=NOW).value()
    assert sources == (["random"] if exit_ == "everyone" else ["affinity"])
    # Those who were shown it in the decision's own moment came after it.
    session.run(
        "MATCH ()-[r:SHOWN]->() WHERE r.at >= $now WITH min(r.at) AS at MATCH (d:Decision) SET d.at = at", now=NOW
    )
    tell(session, NOW + 34 * HOUR)
    later = step(platform, NOW + 34 * HOUR, budget=0, rule=rule)
    assert later.audits[exit_].people == sum(given.values())


def test_where_the_day_s_room_is_short_checks_of_promotions_share_it(
    platform: Database, session: neo4j.Session
) -> None:
    promoted(session, dict.fromkeys(("everyone random", "everyone affinity", "circle random", "circle affinity"), 1))
    session.run("MATCH ()-[r:SHOWN]->() WHERE r.at = $at DELETE r", at=NOW - 40 * HOUR).consume()
    told = step(platform, NOW, budget=30, rng=np.random.default_rng(1), rule=RULE)
    assert told.budget == 30
    assert 20 <= sum(told.slots.values()) <= 40


def test_a_cell_s_alarm_leaves_removed_videos_out(platform: Database, session: neo4j.Session) -> None:
    """Sixty were stopped because they were removed: that says nothing of the bar."""
    session.run(
        "MATCH (v:Video) WHERE v.id STARTS WITH 'new' SET v.state = 'stopped', v.createdAt = $now - 50 * $hour"
        " CREATE (v)-[:DECIDED]->(:Decision {id: v.id + '#1', videoId: v.id, number: 1, at: $now, after: 'stopped'})"
        " WITH v MATCH (u:User) WHERE u.id STARTS WITH 'u10' MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $now - 40 * $hour, wave: 1, source: 'random', propensity: 0.1, fan: false, bits: 0}",
        now=NOW,
        hour=HOUR,
    ).consume()
    assert len(step(platform, NOW + HOUR, budget=0, rule=RULE).alarms) == 1
    session.run("MATCH (v:Video) WHERE v.id STARTS WITH 'new' SET v.removedAt = $now", now=NOW).consume()
    assert step(platform, NOW + 2 * HOUR, budget=0, rule=RULE).alarms == []


def test_the_same_step_again_changes_nothing(platform: Database, session: neo4j.Session) -> None:
    step(platform, NOW, rng=np.random.default_rng(3), rule=RULE)
    before = _everything(session)
    again = step(platform, NOW, rng=np.random.default_rng(4), rule=RULE)
    earlier = step(platform, NOW - HOUR, rng=np.random.default_rng(4), rule=RULE)
    assert again.idle
    assert earlier.idle
    assert _everything(session) == before


def _everything(session: neo4j.Session) -> list[Any]:
    return session.run(
        "MATCH (v:Video) OPTIONAL MATCH (v)<-[a:ASSIGNED|SHOWN]-(u) OPTIONAL MATCH (v)-[:DECIDED]->(d)"
        " RETURN v.id, v.state, v.wave, d.id, u.id, properties(a) ORDER BY v.id, d.id, u.id"
    ).values()


def test_two_steps_at_once_are_as_one(platform: Database, session: neo4j.Session) -> None:
    """Four at once: the others are told so, or find nothing to do; no slot and no decision is there twice."""

    def one(seed: int) -> str:
        try:
            return "idle" if step(platform, NOW, rng=np.random.default_rng(seed), rule=RULE).idle else "done"
        except Busy:
            return "busy"

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(one, range(4)))
    assert ended.count("done") == 1, ended
    decided = session.run("MATCH (v:Video)-[:DECIDED]->(d) RETURN v.id, count(d)").values()
    assert len(decided) == VIDEOS
    assert {count for _, count in decided} == {1}
    assert session.run("MATCH ()-[a:ASSIGNED]->() RETURN count(a)").single(strict=True)[0] <= 3 * PEOPLE
    assert differs(platform) == {}


def test_a_lease_that_is_over_is_taken(platform: Database, session: neo4j.Session) -> None:
    """A step that was killed holds the waves for ten minutes of the server's clock, not for ever."""
    assert platform.write("take_waves", by="killed", leaseMs=600_000)
    with pytest.raises(Busy, match="another step of the waves is running"):
        step(platform, NOW, rule=RULE)
    session.run("MATCH (s:Settings) SET s.wavesUntil = timestamp() - 1").consume()
    assert not step(platform, NOW, rule=RULE).idle


def test_what_happens_after_the_window_changes_nothing(platform: Database, session: neo4j.Session) -> None:
    """Settled once from the timestamps: late completions and unlikes after the window leave the exposure."""
    session.run(
        "MATCH (u:User {id: 'u100'}), (v:Video {id: 'new0'}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $at, pending: $at, source: 'random', wave: 1, propensity: 0.1, pool: 10}"
        " MERGE (u)-[e:ENGAGED]->(v) SET e += {firstAt: $at, lastAt: $late, firstCompletionAt: $late,"
        " lastCompletionAt: $late, firstShareAt: $at + 1000, firstCommentAt: $late, lastLikeAt: $at + 5,"
        " lastUnlikeAt: $late, points: 20.0, view1Ms: 9000, view1At: $late, view2Ms: 20000, view2At: $late + 1}",
        at=NOW - 10 * HOUR,
        late=NOW - 4 * HOUR,
    ).consume()
    session.run(
        "MATCH (u:User {id: 'u101'}), (v:Video {id: 'new0'}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $at, pending: $at, source: 'random', wave: 1, propensity: 0.1, pool: 10}"
        " MERGE (u)-[e:ENGAGED]->(v) SET e += {firstAt: $at, lastAt: $at, view1Ms: 15000, view1At: $at + 9,"
        " points: 18.0, rewatched: true}",
        at=NOW - 10 * HOUR,
    ).consume()
    told = step(platform, NOW, rng=np.random.default_rng(5), rule=RULE)
    assert told.settled == 2
    bits = dict(session.run("MATCH (u)-[r:SHOWN]->(:Video {id: 'new0'}) RETURN u.id, r.bits").values())
    assert bits == {"u100": 4 + 16, "u101": 1 + 2}
    session.run("MATCH (u:User {id: 'u101'})-[e:ENGAGED]->(:Video {id: 'new0'}) DELETE e").consume()
    step(platform, NOW + HOUR, rng=np.random.default_rng(5), rule=RULE)
    assert dict(session.run("MATCH (u)-[r:SHOWN]->(:Video {id: 'new0'}) RETURN u.id, r.bits").values()) == bits


def test_steps_every_few_minutes_end_a_video_at_its_deadline(platform: Database, session: neo4j.Session) -> None:
    """Some window is running at each of them; none is given or waits past the deadline; a window later all end."""
    rule = WaveRule(open_hours=1.0, window_hours=0.5, slot_hours=0.75, per_viewer=3)
    session.run(
        "MATCH (v:Video) WHERE v.id STARTS WITH 'new' AND toInteger(substring(v.id, 3)) >= 6 DETACH DELETE v"
    ).consume()
    born, minute = NOW - 1000, 60_000
    deadline, given = born + HOUR, 0
    for now in range(NOW, deadline + HOUR, 10 * minute):
        tell(session, now)
        told = step(platform, now, budget=40 + given, rng=np.random.default_rng(now), rule=rule)
        given += sum(told.slots.values())
        assert now < deadline or sum(told.slots.values()) == 0
        outlive = "MATCH ()-[a:ASSIGNED]->() WHERE a.until > $deadline RETURN count(a)"
        assert session.run(outlive, deadline=deadline).single(strict=True)[0] == 0
        waiting = session.run(
            "MATCH (u)-[a:ASSIGNED]->(v) RETURN u.id AS userId, v.id AS videoId ORDER BY a.turn, u.id LIMIT 8"
        ).data()
        rows = [row | {"at": now + minute, "slot": 1, "source": "explore", "propensity": 0.5} for row in waiting]
        if now < deadline:
            platform.write("put_shown", rows=rows)
    states = session.run("MATCH (v:Video) WHERE v.state IS NOT NULL RETURN v.id, v.state").values()
    assert len(states) == 6
    assert {state for _, state in states} == {"stopped"}
    ended = session.run("MATCH (d:Decision {after: 'stopped'}) RETURN max(d.at)").single(strict=True)[0]
    assert ended <= deadline + HOUR // 2 + 10 * minute, "the last window, and the step after it"


def test_a_window_that_the_coming_night_may_tell_of_is_not_settled(platform: Database, session: neo4j.Session) -> None:
    """A step of the day, files of the night: silence until the files have come is not known to be silence."""
    session.run(
        "MATCH (u:User {id: 'u100'}), (v:Video {id: 'new0'}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $at, pending: $at, source: 'random', wave: 1, propensity: 0.1, pool: 10}",
        at=NOW - 3 * HOUR,
    ).consume()
    day = step(platform, NOW + 4 * HOUR, budget=0, rule=RULE)
    assert (day.settled, day.known) == (0, NOW)
    session.run(
        "MATCH (u:User {id: 'u100'}), (v:Video {id: 'new0'}) MERGE (u)-[e:ENGAGED]->(v)"
        " SET e += {firstAt: $at, lastAt: $at, firstShareAt: $at, points: 6.0}",
        at=NOW + HOUR,
    ).consume()
    tell(session, NOW + 5 * HOUR)
    assert step(platform, NOW + 5 * HOUR, budget=0, rule=RULE).settled == 1
    assert session.run("MATCH (:User {id: 'u100'})-[r:SHOWN]->() RETURN r.bits").single(strict=True)[0] == 4


def test_a_step_and_what_was_shown_are_of_the_graph_s_own_time(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log of another year: the last night's now or the latest event, never the clock; later nights are not idle."""
    monkeypatch.setenv("CONTENTGRAPH_URI", platform.target.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", platform.target.password.get_secret_value())
    assert main(["waves", "step", "--seed", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["now"] == NOW
    graph = Graph(platform)
    user = session.run("MATCH (u)-[:ASSIGNED]->() RETURN u.id ORDER BY u.id LIMIT 1").single(strict=True)[0]
    feed = graph.suggest(user, limit=10, seed=1)
    assert graph.shown(user, feed) == len(feed) > 0
    graph.record({"userId": user, "kind": "like", "videoId": feed[0].video_id, "at": NOW + HOUR}, now=NOW + HOUR)
    other = graph.suggest("u9", limit=10, seed=1)
    graph.shown("u9", other)
    shown = "MATCH (:User {id: $user})-[r:SHOWN]->() RETURN DISTINCT r.at"
    assert session.run(shown, user=user).value() == [NOW]
    assert session.run(shown, user="u9").value() == [NOW + HOUR]
    assert not step(platform, NOW + 2 * HOUR, rule=RULE).idle


def test_fans_and_rings_are_reported_and_not_counted(platform: Database, session: neo4j.Session) -> None:
    """A follower, and one whose own video a creator engaged with, are fans; where that came after, she is not."""
    session.run(
        "MATCH (c:User)-[:CREATED]->(v:Video {id: 'new0'}) UNWIND range(200, 229) AS i MATCH (u:User {id: 'u' + i})"
        " MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $at, pending: $at, source: 'random', wave: 1, propensity: 0.1, pool: 10} WITH c, u, i"
        " FOREACH (x IN CASE WHEN i < 210 THEN [1] ELSE [] END | MERGE (u)-[f:FOLLOWS]->(c) SET f.at = $at - 1)"
        " FOREACH (x IN CASE WHEN i >= 220 THEN [1] ELSE [] END | MERGE (u)-[f:FOLLOWS]->(c) SET f.at = $at + 1)",
        at=NOW - 10 * HOUR,
    ).consume()
    session.run(
        "MATCH (c:User)-[:CREATED]->(:Video {id: 'new0'}) UNWIND range(210, 219) AS i MATCH (u:User {id: 'u' + i})"
        " CREATE (u)-[:CREATED]->(w:Video {id: 'ring' + i, createdAt: 1})"
        " CREATE (c)-[:ENGAGED {firstAt: CASE WHEN i < 215 THEN 5 ELSE $at + 1 END, points: 2.0}]->(w)",
        at=NOW - 10 * HOUR,
    ).consume()
    session.run("MATCH (v:Video {id: 'new0'}) SET v.state = 'floor', v.wave = 1").consume()
    # Settled together with later ones, whose time says nothing of hers.
    session.run(
        "MATCH (v:Video {id: 'new1'}) UNWIND range(300, 339) AS i MATCH (u:User {id: 'u' + i}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $at, pending: $at, source: 'random', wave: 1, propensity: 0.1, pool: 10}",
        at=NOW - 8 * HOUR,
    ).consume()
    assert step(platform, NOW, rng=np.random.default_rng(6), rule=RULE).settled == 70
    fans = session.run("MATCH (u)-[r:SHOWN {fan: true}]->(:Video {id: 'new0'}) RETURN u.id ORDER BY u.id").value()
    assert fans == [f"u{i}" for i in range(200, 215)]


def test_a_feed_carries_its_test_slots_and_using_them_up_is_noted(platform: Database, session: neo4j.Session) -> None:
    """Marked with wave and propensity, at most one for ten places; once shown, gone from the next feed."""
    step(platform, NOW, rng=np.random.default_rng(7), rule=RULE)
    user, slots = session.run(
        "MATCH (u:User)-[a:ASSIGNED]->() WITH u, count(a) AS slots ORDER BY slots DESC, u.id LIMIT 1 RETURN u.id, slots"
    ).values()[0]
    graph = Graph(platform)
    feed = graph.suggest(user, limit=20, seed=1)
    tests = [one for one in feed if one.wave is not None]
    assert len(tests) == min(slots, 2)
    assert [one.slot for one in feed] == list(range(1, len(feed) + 1))
    assert len({one.video_id for one in feed}) == len(feed)
    stored = dict(session.run("MATCH (:User {id: $u})-[a:ASSIGNED]->(v) RETURN v.id, a.propensity", u=user).values())
    assert all(one.propensity == stored[one.video_id] for one in tests)
    assert len([one for one in graph.suggest(user, limit=10, seed=1) if one.wave is not None]) == 1
    assert all(one.wave is None for one in graph.suggest(user, limit=9, seed=1)), "a short feed carries none"
    assert graph.shown(user, tests[:1], now=NOW + 5) == 1
    assert graph.shown(user, tests[:1], now=NOW + 50) == 1
    kept = session.run(
        "MATCH (:User {id: $u})-[r:SHOWN]->(v) RETURN v.id, r.at, r.source, r.propensity", u=user
    ).values()
    first = tests[0]
    source = kept[0][2]
    assert kept == [[first.video_id, NOW + 5, source, first.propensity]]
    assert source in ("affinity", "random")
    assert first.video_id not in {one.video_id for one in graph.suggest(user, limit=20) if one.wave is not None}


def test_a_slot_that_an_event_tells_of_was_shown_and_what_was_found_elsewhere_or_lapsed_was_not(
    platform: Database, session: neo4j.Session
) -> None:
    step(platform, NOW, rng=np.random.default_rng(8), rule=RULE)
    rows = session.run("MATCH (u)-[:ASSIGNED]->(v) RETURN u.id, v.id ORDER BY u.id, v.id LIMIT 3").values()
    user, video = rows[0]
    for (who, what), source in zip(rows, ("wave:1", "search", None), strict=True):
        event = {"userId": who, "kind": "like", "videoId": what, "at": NOW + HOUR, "source": source}
        Graph(platform).record({name: value for name, value in event.items() if value}, now=NOW + HOUR)
    step(platform, NOW + 7 * HOUR, budget=0, rng=np.random.default_rng(8), rule=RULE)
    assert session.run("MATCH ()-[a:ASSIGNED]->() RETURN count(a)").single(strict=True)[0] > 0, "a night may tell more"
    tell(session, NOW + 8 * HOUR)
    step(platform, NOW + 8 * HOUR, budget=0, rng=np.random.default_rng(8), rule=RULE)
    assert session.run("MATCH (u)-[r:SHOWN]->(v) RETURN u.id, v.id, r.at").values() == [[user, video, NOW + HOUR]]
    assert session.run("MATCH ()-[a:ASSIGNED]->() RETURN count(a)").single(strict=True)[0] == 0


def test_a_journey_says_where_it_stands_and_why(platform: Database, session: neo4j.Session) -> None:
    graph = Graph(platform)
    assert graph.journey("old1").missing.startswith("In no wave")
    with pytest.raises(NotFound, match="no video 'nowhere'"):
        graph.journey("nowhere")
    rng = np.random.default_rng(9)
    live(platform, session, 5, rng)
    told = graph.journey("new1")
    assert [one.number for one in told.decisions] == list(range(1, len(told.decisions) + 1))
    assert told.decisions[0].after == State.FLOOR
    assert told.state == told.decisions[-1].after
    assert told.reason == told.decisions[-1].sentence
    assert told.state in ("circle", "everyone") or "its circle's bar is" in told.missing


def test_a_takedown_that_is_undone_is_no_end(platform: Database, session: neo4j.Session) -> None:
    """While it is down it gets no slots and takes no step; back, its floor goes on. What stays down ends in time."""
    step(platform, NOW, rng=np.random.default_rng(3), rule=RULE)
    graph = Graph(platform)
    for video in ("new1", "new2"):
        graph.takedown(video, now=NOW + 1)
    step(platform, NOW + HOUR, rng=np.random.default_rng(3), rule=RULE)
    states = (
        "MATCH (v:Video) WHERE v.id IN ['new1', 'new2'] RETURN v.state, COUNT { (v)<-[:ASSIGNED]-() } ORDER BY v.id"
    )
    assert session.run(states).values() == [["floor", 0], ["floor", 0]]
    graph.restore("new1")
    tell(session, NOW + DAY)
    step(platform, NOW + DAY, rng=np.random.default_rng(3), rule=RULE)
    assert [state for state, _ in session.run(states).values()] == ["floor", "floor"]
    back, down = (count for _, count in session.run(states).values())
    assert back > 10
    assert down == 0
    tell(session, NOW + 5 * DAY)
    step(platform, NOW + 5 * DAY, rng=np.random.default_rng(3), rule=RULE)
    assert session.run(states).values() == [["stopped", 0], ["stopped", 0]]
    assert graph.journey("new2").reason == "Stopped: the video may not be shown any more."
    assert graph.journey("new1").missing == "Nobody was counted before it was stopped."


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (NOW + 365 * DAY, "later than the clock and all that the graph knows"),
        (NOW // 1000, r"\(seconds\? give milliseconds\)"),
        (NOW * 1000, r"\(microseconds\? give milliseconds\)"),
        (-1, "before 2005"),
        (1.5, "a whole number"),
    ],
)
def test_a_time_that_cannot_be_now_is_refused(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch, now: Any, why: str
) -> None:
    """By a step and by what was shown, and nothing is written; what the graph knows may be later than the clock."""
    monkeypatch.setattr("time.time_ns", lambda: (NOW + 2 * DAY) * 1_000_000)
    step(platform, NOW, rng=np.random.default_rng(3), rule=RULE)
    answer(session, np.random.default_rng(3), NOW, chance)
    before, graph = _everything(session), Graph(platform)
    feed = graph.suggest("u9", limit=10, seed=1)
    with pytest.raises(UsageError, match=why):
        step(platform, now, rule=RULE)
    with pytest.raises(UsageError, match=why):
        graph.shown("u9", feed, now=now)
    assert _everything(session) == before
    assert not step(platform, NOW + 2 * DAY, budget=0, rule=RULE).idle
    tell(session, NOW + 4 * DAY)
    assert not step(platform, NOW + 4 * DAY, budget=0, rule=RULE).idle, "the graph knows as much"
    assert graph.shown("u9", feed, now=NOW + 4 * DAY) == len(feed)


def test_a_step_of_a_wrong_time_does_not_end_the_waves(platform: Database, session: neo4j.Session) -> None:
    """What was left by one of before such were refused; and exposures go by what is known, not by the step's time."""
    step(platform, NOW, rng=np.random.default_rng(3), rule=RULE)
    session.run("MATCH (s:Settings) SET s.wavesNow = $at", at=NOW + 3650 * DAY).consume()
    session.run(
        "MATCH (u:User {id: 'u100'}), (v:Video {id: 'old1'}) MERGE (u)-[r:SHOWN]->(v) SET r.at = $at", at=NOW - 70 * DAY
    ).consume()
    told = step(platform, NOW + 25 * DAY, budget=0, rule=RULE, clock=NOW + 25 * DAY)
    assert not told.idle
    assert told.known == NOW
    assert session.run("MATCH (:User {id: 'u100'})-[r:SHOWN]->() RETURN count(r)").single(strict=True)[0] == 1
    assert session.run("MATCH (s:Settings) RETURN s.wavesNow").single(strict=True)[0] == NOW + 25 * DAY


def test_whom_only_events_name_is_a_test_viewer_a_week_after_the_first(
    platform: Database, session: neo4j.Session
) -> None:
    """New accounts that events announce are as fresh as those whose row says so."""
    session.run("MATCH (u:User) WHERE u.id IN ['u100', 'u101'] SET u:Unannounced REMOVE u.createdAt").consume()
    session.run("MATCH (:User {id: 'u101'})-[e:ENGAGED]->() SET e.firstAt = $at", at=NOW - 8 * DAY).consume()
    session.run("MATCH (u:User {id: 'u102'}) REMOVE u.createdAt").consume()
    people = ["u100", "u101", "u102", "u103"]
    asked = {"fresh": NOW - 7 * DAY}
    found = {one for row in platform.read("night_wave_viewers", since=NOW - 7 * DAY, **asked) for one in row["userIds"]}
    assert found & set(people) == {"u101", "u102", "u103"}
    rows = [{"id": "new2", "affinity": [], "likeness": [], "drawn": people}]
    assert platform.read("audience", rows=rows, wide=5_000, **asked)[0]["random"] == ["u101", "u102", "u103"]


def test_what_was_shown_told_after_she_watched_is_no_silence(platform: Database, session: neo4j.Session) -> None:
    """The event that came from the slot says when it was; one by a search does not."""
    step(platform, NOW, rng=np.random.default_rng(7), rule=RULE)
    graph = Graph(platform)
    rows = session.run("MATCH (u)-[:ASSIGNED]->(v) RETURN u.id, min(v.id) ORDER BY u.id LIMIT 2").values()
    for (user, video), source in zip(rows, ("wave:1", "search"), strict=True):
        event = {"userId": user, "kind": "completion", "videoId": video, "at": NOW + HOUR, "source": source}
        graph.record(event, now=NOW + HOUR)
    graph.record({"userId": "u9", "kind": "like", "videoId": "old1", "at": NOW + HOUR + 60_000}, now=NOW + 2 * HOUR)
    for user, video in rows:
        one = Suggestion(video, 1, 1.0, {}, (), 0.1, True, (), None, (), None, (), ())
        assert graph.shown(user, [one]) == 1
    shown = "MATCH (u)-[r:SHOWN]->(v) RETURN u.id, v.id, r.at - $now, r.pending - $now ORDER BY u.id"
    assert session.run(shown, now=NOW).values() == [
        [*rows[0], HOUR, HOUR],
        [*rows[1], HOUR + 60_000, HOUR + 60_000],
    ]
    tell(session, NOW + 12 * HOUR)
    step(platform, NOW + 12 * HOUR, budget=0, rule=RULE)
    assert session.run("MATCH (u)-[r:SHOWN]->() RETURN r.bits ORDER BY u.id").value() == [1, 0]


def test_a_journey_counts_the_people_of_now(platform: Database, session: neo4j.Session) -> None:
    """Nineteen of twenty: the last decision saw nobody yet."""
    graph = Graph(platform)
    step(platform, NOW, rng=np.random.default_rng(9), rule=RULE)
    assert graph.journey("new1").missing == "Nobody's window is over yet."
    session.run(
        "MATCH (v:Video {id: 'new1'})-[:DECIDED]->(d) SET d.circleBar = 5.5, d.everyoneBar = 6.0"
        " WITH v UNWIND range(0, 20) AS k MATCH (u:User {id: 'u' + (300 + k)}) MERGE (u)-[r:SHOWN]->(v)"
        " SET r += {at: $now, wave: 1, source: 'random', propensity: 0.1, fan: k = 19,"
        " bits: CASE WHEN k = 20 THEN null WHEN k < 9 THEN 1 WHEN k = 10 THEN 6 ELSE 0 END}"
        " FOREACH (x IN CASE WHEN k = 20 THEN [1] ELSE [] END | REMOVE r.fan)",
        now=NOW,
    ).consume()
    told = graph.journey("new1")
    assert (told.state, told.running) == ("floor", 1)
    assert told.missing == "19 people so far, 4.6 points; its circle's bar is 5.5, the bar for everyone 6.0."


def test_creators_are_as_large_as_they_were_when_the_video_was_born(platform: Database, session: neo4j.Session) -> None:
    """Followers whom its promotion won, and those who had left, do not count; exposure is that of the days kept."""
    session.run(
        "MATCH (v:Video {id: 'new0'})<-[:CREATED]-(c) SET v.state = 'everyone' WITH v, c"
        " UNWIND [[10, -5, null], [11, 5, null], [12, -9, -5], [13, -5, -9], [14, -9, 5]] AS told"
        " MATCH (u:User {id: 'u' + told[0]}) CREATE (u)-[f:FOLLOWS]->(c) SET f.at = v.createdAt + told[1],"
        " f.until = v.createdAt + told[2]"
    ).consume()
    row = platform.read("night_wave_creators", states=["everyone"])[0]
    assert row["followers"] == 3, "there before, back before, and there until after"
    session.run(
        "MATCH (v:Video) WHERE v.id STARTS WITH 'new' SET v.state = 'stopped', v.createdAt = $old"
        " WITH v ORDER BY v.id LIMIT 30 SET v.createdAt = $now WITH v MATCH (u:User {id: 'u700'})"
        " CREATE (u)-[:SHOWN {at: $now, wave: 1}]->(v)",
        old=NOW - 100 * DAY,
        now=NOW,
    ).consume()
    assert fairness(platform, np.random.default_rng(1)).exposure_gini == pytest.approx(0.0)


CHEATED = {"own": "new1", "likes": "new2", "bought": "new3", "ring": "new4"}


def cheat(platform: Database, session: neo4j.Session, now: int) -> None:
    """Own views, one account's likes again and again, 200 fresh accounts that watch it all, a ring of 30 old ones."""
    makers = dict(
        session.run("MATCH (c)-[:CREATED]->(v) WHERE v.id IN $ids RETURN v.id, c.id", ids=[*CHEATED.values()]).values()
    )
    told: list[dict[str, object]] = []
    all_of_it: list[dict[str, object]] = [
        {"kind": "view", "watchedMs": 20_000},
        *({"kind": kind} for kind in ("completion", "share", "like")),
    ]
    for did in all_of_it:
        told.append(did | {"userId": makers["new1"], "videoId": "new1"})
        told += [did | {"userId": f"fresh{i}", "videoId": "new3"} for i in range(200)]
        told += [did | {"userId": f"u{i}", "videoId": "new4"} for i in range(1_400, 1_430)]
    for again in range(20):
        told += [
            {"userId": "u50", "kind": kind, "videoId": "new2", "at": now + 2 * again + k}
            for k, kind in enumerate(("like", "unlike"))
        ]
    told.append({"userId": "u50", "kind": "like", "videoId": "new2", "at": now + 60})
    Graph(platform).record([{"at": now + 5, "source": "wave:1"} | event for event in told], now=now + 100)


def test_cheating_moves_no_video_beyond_its_next_cap(platform: Database, session: neo4j.Session) -> None:
    """By the statements that count: each bad video is watched, liked and bought up at each step; none is boosted."""
    session.run(
        "UNWIND range(0, 199) AS i CREATE (:User {id: 'fresh' + i, languages: ['fr'], createdAt: $now})", now=NOW
    )
    session.run(
        "MATCH (c:User)-[:CREATED]->(:Video {id: 'new4'}) UNWIND range(1400, 1429) AS i MATCH (u:User {id: 'u' + i})"
        " CREATE (u)-[:CREATED]->(w:Video {id: 'theirs' + i, createdAt: 1})"
        " CREATE (c)-[:ENGAGED {firstAt: 5, lastAt: 5, points: 2.0}]->(w)"
    ).consume()
    bad, rng = set(CHEATED.values()), np.random.default_rng(10)
    for turn in range(5):
        now = NOW + turn * 8 * HOUR
        session.run("MATCH (:User)-[e:ENGAGED]->(v:Video) WHERE v.createdAt = 1 SET e.lastAt = $at", at=now).consume()
        step(platform, now, rng=rng, rule=RULE)
        cheat(platform, session, now + HOUR // 2)
        answer(session, rng, now, lambda video: 0.1 if f"new{video}" in bad else chance(video))
    ledger = [row for row in read_ledger(platform) if row.video_id in bad]
    assert {row.video_id for row in ledger} == bad
    assert not {row.after for row in ledger} & {State.CIRCLE, State.EVERYONE}
    assert max(row.wave for row in ledger) <= 2
    shown = session.run(
        "MATCH (u)-[r:SHOWN]->(v) WHERE v.id IN $bad AND r.wave IS NOT NULL RETURN v.id, count(r)", bad=[*bad]
    ).values()
    assert max(count for _, count in shown) <= 80 + 10
    strangers = (
        "MATCH (u)-[r:SHOWN]->(v) WHERE r.wave IS NOT NULL AND (u.id STARTS WITH 'fresh' OR (u)-[:CREATED]->(v))"
    )
    assert session.run(f"{strangers} RETURN count(r)").single(strict=True)[0] == 0
