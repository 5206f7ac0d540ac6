"""The graph as arrays: what the nightly engine computes from, read back after the writes.

Everything a night derives comes from here, never from the files: so any cut and order of files gives the same.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.vocabulary import Vocabulary

Times = npt.NDArray[np.int64]
Index = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

TIME_COLUMNS = ("firstAt", "lastAt", "completedAt", "rewatchedAt", "sharedAt", "commentedAt", "likedAt")


@dataclass(frozen=True, slots=True)
class Engagements:
    """Every ENGAGED edge, sorted by (user, video); all arrays of one length."""

    user: Index
    """Index into ``Platform.users``."""
    video: Index
    """Index into ``Platform.videos``."""
    at: dict[str, Times]
    """The columns of `TIME_COLUMNS`: epoch ms, -1 where it never happened."""
    points: Floats
    own: npt.NDArray[np.bool_]
    """The viewer is one of the video's creators: no viewer in the sense of the score."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which videos carry which entities of one kind, as two index arrays of one length."""

    entities: Vocabulary
    entity: Index
    video: Index


@dataclass(frozen=True, slots=True)
class Platform:
    """Users, videos and what happened between them."""

    users: Vocabulary
    user_country: list[str]
    user_language: list[str]
    videos: Vocabulary
    created_at: Times
    """Epoch ms, -1 where unknown."""
    duration_ms: Times
    video_language: list[str]
    video_country: list[str]
    shown: npt.NDArray[np.bool_]
    """Neither removed nor unannounced."""
    stored: Floats
    """[videos × 7] derived values as written last: score, viewers, posteriorMean, posteriorSd, freshness, lift, prior."""
    kinds: dict[str, Belonging] = field(repr=False)
    """challenge, hashtag, sound and creator."""
    engagements: Engagements = field(repr=False)


def read_platform(database: Database) -> Platform:
    """Read everything the night needs (about 60 bytes an engagement)."""
    people = [record.values() for record in database.stream("night_users", fetch_size=10_000)]
    users = Vocabulary(row[0] for row in people)
    country, language = ["ZZ"] * len(users), ["und"] * len(users)
    for place, (_, where, speaks) in zip(users.index(row[0] for row in people), people, strict=True):
        country[place], language[place] = where or "ZZ", speaks or "und"
    rows = {record["id"]: record for record in database.stream("night_videos", fetch_size=5_000)}
    videos = Vocabulary(rows)
    ordered = [rows[name] for name in videos.ids()]
    kinds = {
        kind: _belonging([record[column] for record in ordered])
        for kind, column in (
            ("challenge", "challengeIds"),
            ("hashtag", "hashtags"),
            ("sound", "soundIds"),
            ("creator", "creatorIds"),
        )
    }
    return Platform(
        users=users,
        user_country=country,
        user_language=language,
        videos=videos,
        created_at=_whole([record["createdAt"] for record in ordered]),
        duration_ms=_whole([record["durationMs"] for record in ordered]),
        video_language=[record["language"] or "und" for record in ordered],
        video_country=[record["country"] or "ZZ" for record in ordered],
        shown=np.array([record["shown"] for record in ordered], dtype=np.bool_),
        stored=np.array([record["stored"] for record in ordered], dtype=np.float64).reshape(len(ordered), 7),
        kinds=kinds,
        engagements=_engagements(database, users, videos, kinds["creator"]),
    )


def _engagements(database: Database, users: Vocabulary, videos: Vocabulary, creators: Belonging) -> Engagements:
    who, what, points = array("i"), array("i"), array("d")
    columns = {name: array("q") for name in TIME_COLUMNS}
    for record in database.stream("night_pairs", fetch_size=1_000):
        seen = videos.index(record["videoIds"])
        what.frombytes(seen.astype(np.int32).tobytes())
        who.extend([int(users.index([record["userId"]])[0])] * len(seen))
        points.extend(record["points"])
        for name, values in columns.items():
            values.extend(record[name])
    user, video = np.array(who, dtype=np.int32), np.array(what, dtype=np.int32)
    order = np.lexsort((video, user))
    own_pairs = creators.video.astype(np.int64) * len(users) + users.index(
        creators.entities.ids(creators.entity)
    ).astype(np.int64)
    return Engagements(
        user=user[order],
        video=video[order],
        at={name: np.array(values, dtype=np.int64)[order] for name, values in columns.items()},
        points=np.array(points, dtype=np.float64)[order],
        own=np.isin(video[order].astype(np.int64) * len(users) + user[order], own_pairs),
    )


def _belonging(lists: list[list[str]]) -> Belonging:
    entities = Vocabulary(name for names in lists for name in names)
    entity = entities.index(name for names in lists for name in names)
    video = np.repeat(np.arange(len(lists), dtype=np.int32), [len(names) for names in lists])
    return Belonging(entities, entity, video)


def _whole(values: list[int | None]) -> Times:
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)
