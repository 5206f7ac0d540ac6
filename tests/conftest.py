"""A small platform written by hand and chance: what a graph holds, and who may see what, told twice.

The rows go into Neo4j through the packaged write statements; ``World.forbidden`` says in plain Python, without a look
at any Cypher, what a viewer must never get.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from contentgraph.cypher import Database
from contentgraph.cypher.installation import install
from contentgraph.cypher.upsert import pair_row, write_events

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
HOUR = 3_600_000
RATINGS = ("everyone", "teen", "adult", "unknown", None)

# No test is timed: on a busy machine an example takes as long as it takes.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@dataclass
class World:
    """The rows of one platform, and the oracle of suitability."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    anonymous: set[str] = field(default_factory=set)
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    creators: dict[str, list[str]] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    challenges: dict[str, list[str]] = field(default_factory=dict)
    unannounced: set[str] = field(default_factory=set)
    removed_challenges: set[str] = field(default_factory=set)
    engaged: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    relations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    now: int = NOW

    def on(self, statement: str) -> set[tuple[str, str]]:
        """(user, target) of the switches that are on: the last on is not before the last off."""
        return {
            (row["userId"], row["targetId"])
            for row in self.relations[statement]
            if row["at"] is not None and (row["until"] is None or row["at"] >= row["until"])
        }

    def told(self, statement: str) -> set[tuple[str, str]]:
        """(user, target) of what cannot be taken back."""
        return {(row["userId"], row["targetId"]) for row in self.relations[statement]}

    def adult(self, user: str | None) -> bool:
        """Whether the viewer is known to be 18 or older, and neither restricted nor anonymous."""
        if user is None or user in self.anonymous:
            return False
        said = self.users[user]
        return bool(said.get("birthYear")) and not said.get("restricted") and 2026 - said["birthYear"] > 18

    def forbidden(self, user: str | None) -> set[str]:
        """The videos that must never reach this viewer, None for nobody in particular."""
        blocks, hidden_people = self.on("merge_blocks"), self.on("merge_hides_user") | self.told("merge_reports_user")
        hidden = self.on("merge_hides_video") | self.told("merge_reports_video")
        found = set(self.unannounced)
        for video, said in self.videos.items():
            rating = said.get("rating") or "unknown"
            restricted = user is not None and self.users[user].get("restricted")
            country = self.users[user].get("country") if user is not None else None
            withheld = said.get("withheldIn") or []
            if (
                said.get("removedAt")
                or (rating == "adult" and not self.adult(user))
                or (restricted and rating != "everyone")
                or (withheld and (country is None or country in withheld))
                or (user, video) in hidden
                or any(self.users[maker].get("removedAt") for maker in self.creators[video])
                or any(
                    (user, maker) in blocks | hidden_people or (maker, user) in blocks for maker in self.creators[video]
                )
            ):
                found.add(video)
        return found


def make_world(seed: int) -> World:
    """40 people, 120 videos, and every reason for which something may not be shown."""
    rng = np.random.default_rng(seed)
    world = World()
    people = [f"u{i:02d}" for i in range(40)]
    for place, user in enumerate(people):
        born = (1990, 2012, None, 1985)[place % 4]
        world.users[user] = {"kind": "person", "birthYear": born, "languages": ["fr"], "updatedAt": NOW - 1000 * HOUR}
        if place % 7 == 3:
            world.users[user]["languages"] = ["de", "fr", "en"]
        if place % 5 == 1:
            world.users[user]["restricted"] = True
        if place % 3:
            world.users[user]["country"] = ("FR", "BR")[place % 2]
    for user in ("u08", "u12"):
        world.anonymous.add(user)
    world.users["u30"]["removedAt"] = NOW - HOUR
    for i in range(120):
        video = f"v{i:03d}"
        world.videos[video] = {
            "rating": RATINGS[int(rng.choice(5, p=[0.4, 0.15, 0.2, 0.15, 0.1]))],
            "durationMs": int(rng.integers(5, 60)) * 1000,
            "caption": f"video {i // 5} [bold] \x01",  # with one of eight sounds: some are near-duplicates
            "language": "fr" if i % 3 else "en",
            "createdAt": NOW - int(rng.integers(1, 300)) * HOUR,
            "updatedAt": NOW - 300 * HOUR,
        }
        if i % 4:
            world.videos[video]["country"] = ("FR", "BR")[i % 2]
        if i % 17 == 3:
            world.videos[video]["removedAt"] = NOW - HOUR
        if i % 5 == 2:
            world.videos[video]["withheldIn"] = (["FR"], ["BR", "DE"], ["DE"], [])[i // 5 % 4]
        world.creators[video] = [str(rng.choice(people[20:]))]
        world.sounds[video] = f"s{int(rng.integers(8))}"
        world.tags[video] = ["fyp", f"tag{int(rng.integers(10))}"]
        world.challenges[video] = [f"c{int(rng.integers(4))}"] if i % 2 else []
    world.unannounced = {"v900", "v901"}
    world.removed_challenges = {"c3"}
    everything = sorted(world.videos) + sorted(world.unannounced)
    for user in people[:36]:
        for video in rng.choice(everything, size=int(rng.integers(0, 25)), replace=False):
            at = NOW - int(rng.integers(1, 200)) * HOUR
            watched = int(rng.integers(1, 90)) * 1000
            facts = {"first_at": at, "last_at": at, "view1_ms": watched, "view1_at": at}
            act = {0: "first_share_at", 1: "first_comment_at", 2: "last_like_at"}.get(len(world.engaged) % 5)
            facts |= {act: at} if act else {}
            world.engaged[user, str(video)] = facts
    world.relations = {
        "merge_follows": _switches(rng, people, people, 80),
        "merge_blocks": _switches(rng, people, people, 60),
        "merge_hides_user": _switches(rng, people, people, 30),
        "merge_hides_video": _switches(rng, people, everything, 150),
        "merge_hides_sound": _switches(rng, people, [f"s{i}" for i in range(8)], 30),
        "merge_hides_hashtag": _switches(rng, people, ["fyp", *(f"tag{i}" for i in range(10))], 40),
        "merge_reports_video": _reports(rng, people, everything, 30),
        "merge_reports_user": _reports(rng, people, people, 15),
    }
    return world


def _switches(rng: np.random.Generator, users: list[str], targets: list[str], count: int) -> list[dict[str, Any]]:
    rows = {}
    for _ in range(count):
        user, target = str(rng.choice(users)), str(rng.choice(targets))
        at, until = (NOW - int(hours) * HOUR for hours in rng.integers(1, 200, size=2))
        if user != target:
            rows[user, target] = {
                "userId": user,
                "targetId": target,
                "at": at if rng.random() < 0.95 else None,
                "until": until if rng.random() < 0.4 else None,
            }
    return list(rows.values())


def _reports(rng: np.random.Generator, users: list[str], targets: list[str], count: int) -> list[dict[str, Any]]:
    pairs = {(str(rng.choice(users)), str(rng.choice(targets))) for _ in range(count)}
    return [
        {"userId": user, "targetId": target, "at": NOW - HOUR, "reason": None}
        for user, target in sorted(pairs)
        if user != target
    ]


def fill_graph(database: Database, world: World) -> None:
    """Empty the database and write ``world`` and a night's results, all through packaged statements."""
    with database._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    install(database)
    rows = [{"id": user, "properties": _said(said)} for user, said in world.users.items()]
    database.write("put_users", rows=rows)
    rows = [{"id": video, "properties": _said(said)} for video, said in world.videos.items()]
    database.write("put_videos", rows=rows)
    with database._session("WRITE") as session:
        session.run("UNWIND $ids AS id MATCH (u:User {id: id}) SET u:Anonymous", ids=sorted(world.anonymous)).consume()
    names = sorted({name for names in world.challenges.values() for name in names})
    removed = {name: {"title": name.upper(), "removedAt": NOW - HOUR} for name in world.removed_challenges}
    rows = [{"id": name, "properties": removed.get(name, {"title": name.upper()})} for name in names]
    database.write("put_challenges", rows=rows)
    links = {
        "link_creators": {v: [{"id": c, "role": "author"} for c in world.creators[v]] for v in world.videos},
        "link_sound": {v: [world.sounds[v]] for v in world.videos},
        "link_hashtags": world.tags,
        "link_answers": world.challenges,
    }
    for statement, targets in links.items():
        database.write(statement, rows=[{"id": video, "targets": found} for video, found in targets.items()])
    pairs = [pair_row(user, video, facts) for (user, video), facts in world.engaged.items()]
    scale = database.read("scales")[0]
    database.transaction(lambda tx: write_events(tx, pairs=pairs, relations=world.relations, scale=scale))
    _night(database, world)


def _said(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _night(database: Database, world: World) -> None:
    """What a night leaves behind; videos that may not be shown are among it on purpose."""
    rng = np.random.default_rng(7)
    everything = sorted(world.videos) + sorted(world.unannounced)
    results = {"score": 5.0, "viewers": 9, "posteriorMean": 5.0, "posteriorSd": 1.0, "freshness": 0.5}
    rows = [
        {"id": video, "results": results | {"lift": float(rng.uniform(0.5, 2)), "prior": float(rng.uniform(0, 1))}}
        for video in everything
    ]
    database.write("put_video_results", rows=rows)
    similar = []
    for video in everything:
        others = [str(other) for other in rng.choice(everything, size=12, replace=False) if other != video]
        weights = sorted(rng.uniform(0, 1, size=len(others)), reverse=True)
        ranks = list(range(1, len(others) + 1))
        similar.append(
            {
                "id": video,
                "targets": others,
                "ranks": ranks,
                "weights": [float(weight) for weight in weights],
                "alike": [place % 3 == 2 or None for place in ranks],
            }
        )
    database.write("put_similar", rows=similar)
    for statement, members in (
        ("put_featured_sounds", {v: [world.sounds[v]] for v in world.videos}),
        ("put_featured_hashtags", world.tags),
        ("put_featured_challenges", world.challenges),
        ("put_featured_creators", world.creators),
    ):
        by_entity: dict[str, list[str]] = {}
        for video, entities in members.items():
            for entity in entities:
                by_entity.setdefault(entity, []).append(video)
        rows = [
            {"id": entity, "targets": found[:30], "scores": [1.0 / rank for rank in range(1, len(found[:30]) + 1)]}
            for entity, found in by_entity.items()
        ]
        database.write(statement, rows=rows)
    database.write("put_generic", names=["fyp"])
    copies = [{"id": video, "origin": before, "confidence": 1.0, "by": "t"} for before, video in pairwise(everything)]
    chains = [
        row for place, row in enumerate(copies) if place % 5 < 2
    ]  # of three: the last repost goes back to a repost
    database.write("put_reposts", rows=chains)
    twins = [{"id": f"s{place}", "origin": "s1", "confidence": 1.0, "by": "t"} for place in (3, 5)]
    database.write("put_same_as", rows=twins)
    shown = sorted(world.videos)
    topics = {"t1": shown[2::2], "t2": shown[1::2], "t3": shown[:1], "t9": sorted(world.unannounced)}
    names = {"t1": "#tag1", "t2": "unnamed", "t3": "#tag3", "t9": "#tag9"}
    rows = [
        {"id": name, "name": names[name], "hashtags": [names[name][1:]], "words": ["one", "two"], "videos": len(found),
         "generic": names[name] == "unnamed"}
        for name, found in topics.items()
    ]  # fmt: skip
    database.write("put_topics", rows=rows)
    about = [{"id": video, "topic": name} for name, found in topics.items() for video in found]
    database.write("put_about", rows=about)
    links = database.read("stats")
    count = {row["name"]: row["count"] for row in links}
    assert count["SIMILAR"] > 1000, "the rows of put_similar have changed"
    assert count["FEATURED"] > 300, "the rows of put_featured have changed"
    trends = []
    for kind, entities in (
        ("challenge", sorted({name for names in world.challenges.values() for name in names})),
        ("hashtag", sorted({name for names in world.tags.values() for name in names})),
        ("sound", sorted(set(world.sounds.values()))),
        ("topic", sorted(topics)),
        ("video", everything),
        ("creator", sorted(world.users)),
    ):
        carried = {"challenge": world.challenges, "hashtag": world.tags, "creator": world.creators}.get(kind, {})
        for country in ("ZZ", "FR"):
            for rank, entity in enumerate(entities, start=1):
                videos = [video for video in everything if entity in (video, world.sounds.get(video))]
                videos += [video for video, own in carried.items() if entity in own]
                videos += topics[entity] if kind == "topic" else []
                trends.append(
                    {
                        "kind": kind, "country": country, "language": "und", "hours": 24, "rank": rank,
                        "entity": entity, "score": 100.0 - rank, "observed": 90, "expected": 10.0, "factor": 9.0,
                        "since": NOW - HOUR,
                        "series": [1, 2, 3], "videos": videos[:10], "countries": ["FR"], "people": [9],
                        "also": [f"{entity}s"] if kind == "hashtag" else [],
                    }
                )  # fmt: skip
    database.write("put_trends", rows=trends)
    database.write("put_settings", properties={"now": NOW})
    database.write("put_run", id="r1", properties={"now": NOW, "state": "finished", "startedAt": NOW})


@pytest.fixture(scope="session")
def world() -> World:
    """The platform that the tests of reading share; nobody changes it."""
    return make_world(seed=11)


@pytest.fixture(scope="session")
def fill() -> Callable[[Database, World], None]:
    """Empties a database and writes a world into it."""
    return fill_graph


@pytest.fixture(scope="session")
def worlds() -> Callable[[int], World]:
    """Another platform for another seed."""
    return make_world
