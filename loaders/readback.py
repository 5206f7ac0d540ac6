"""The graph as arrays: what the nightly engine computes from, read back after the writes.

Everything a night derives comes from here, never from the files: so any cut and order of files gives the same.
"""

import math
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.cypher import Database, Record
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.folded import Folded
from contentgraph.graph.interactions import Catalogue
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.graph.worth import duration_bucket

Times = npt.NDArray[np.int64]
Index = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

FACT_BITS = {
    "completedAt": COMPLETED, "rewatchedAt": REWATCHED, "sharedAt": SHARED, "commentedAt": COMMENTED, "likedAt": LIKED,
}  # fmt: skip
"""The column of times of each flag."""
PUSHED = 64
"""Beside the flags, in what is read of an engagement: it began where the product itself pushed the video."""
NEVER = 1 << 62
"""Later than any event, epoch ms."""
_LISTED = {
    "challenge": "challengeIds",
    "hashtag": "hashtags",
    "creator": "creatorIds",
    "topic": "topicIds",
    "sound": "soundIds",
}
"""Kind of entity → the column of ``night_videos`` that lists them."""
PAIRS, READERS = 40_000, 2
"""About so many engagements are read at a time, by so many connections (decision 0028)."""
VIDEO_RESULTS = ("score", "viewers", "posteriorMean", "posteriorSd", "freshness", "lift", "prior", "travel", "worth")
"""What a night stores of a video, in the order of ``night_videos``."""
PEOPLE = 500
"""Of so many people, the first times."""


@dataclass(frozen=True, slots=True)
class Engagements:
    """Every ENGAGED edge, sorted by (user, video); all arrays of one length."""

    user: Index
    """Index into ``Platform.users``."""
    video: Index
    """Index into ``Platform.videos``."""
    bits: npt.NDArray[np.uint8]
    """What happened: flag bits of `contentgraph.graph.points`."""
    first_at: Times
    """Earliest and latest event, epoch ms."""
    last_at: Times
    at: dict[str, Times]
    """By the columns of `FACT_BITS`: when each flag came true, epoch ms, of the engagements where it is set."""
    hidden: npt.NDArray[np.bool_]
    """The viewer hides the video."""
    own: npt.NDArray[np.bool_]
    """The viewer is one of the video's creators: no viewer in the sense of the score."""
    pushed: npt.NDArray[np.bool_]
    """It began on a surface by which the product itself pushed the video."""


def _nobody() -> Engagements:
    index, times, none = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
    at = dict.fromkeys(FACT_BITS, times)
    return Engagements(index, index, index.astype(np.uint8), times, times, at, none, none, none)


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
    joined_at: Times
    """Since when the account is there, epoch ms, -1 where unknown."""
    accounts: npt.NDArray[np.bool_]
    """Whether it is one, not a session without."""
    videos: Vocabulary
    created_at: Times
    """Epoch ms, -1 where unknown."""
    duration_ms: Times
    video_language: list[str]
    video_country: list[str]
    shown: npt.NDArray[np.bool_]
    """Neither removed nor unannounced."""
    stored: Floats = field(repr=False)
    """[videos × 9] as written last, in the order of ``night_videos``."""
    taste: Floats = field(repr=False)
    """[videos × dims] place among tastes as written last; 0 where there is none."""
    kinds: dict[str, Belonging] = field(repr=False)
    """challenge, hashtag, sound, creator and topic."""
    marks: frozenset[tuple[str, str]]
    """(challenge, hashtag) where the hashtag marks it."""
    same_sounds: Mapping[str, str] = field(repr=False)
    """Sound → the oldest that it is the same as, under which its videos are counted; the oldest itself is not in it."""
    engagements: Engagements = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    folded: Folded = field(repr=False)

    def latest(self, *known: int) -> int:
        """The time of the latest event or video, or of those ``known`` (0: none) that is later, epoch ms."""
        times = (self.engagements.last_at, self.created_at)
        return max([*known, *(int(at.max()) for at in times if at.size)])


def read_platform(database: Database, since: int | None = None) -> Platform:
    """Read everything the night needs (about 40 bytes an engagement).

    ``since``: only engagements with an event from then on (epoch ms). What is told meanwhile is read as
    it is then, or by the next time.
    """
    people = (person for page in database.columns("night_users") for person in zip(*page.values(), strict=True))
    marks = frozenset((row["challengeId"], name) for row in database.read("night_marks") for name in row["names"])
    same = {row["id"]: row["sameAs"] for row in database.read("night_same_sounds")}
    platform = catalogue_platform(people, database.pages("night_videos"), marks, same)
    return replace(platform, engagements=_engagements(database, since, platform))


def catalogue_platform(
    people: Iterable[Sequence[Any]],
    rows: Iterable[Mapping[str, Any]],
    marks: frozenset[tuple[str, str]],
    same_sounds: Mapping[str, str],
) -> Platform:
    """The arrays of what is read, but for the engagements, of which it has none.

    ``people``: what ``night_users`` tells of each user; ``rows``: what ``night_videos`` tells of each video;
    ``same_sounds``: as the platform's. Both are taken row by row: as they come they are ten times their arrays.
    """
    held: dict[Any, Any] = {}

    def once(value: Any) -> Any:
        return held.setdefault(value, value)

    told_of = (
        (name, once(country or "ZZ"), once(tuple(spoken)), at, is_one) for name, country, spoken, at, is_one in people
    )
    users, (country, spoken, joined_at, accounts) = _by_id(told_of, 4)

    def told(row: Mapping[str, Any]) -> tuple[Any, ...]:
        lists = (tuple(map(once, row[column])) for column in _LISTED.values())
        return (
            row["id"], row["createdAt"], row["durationMs"], once(row["language"]), once(row["country"]), row["shown"],
            _packed(row["stored"]), _packed(row["taste"] or ()), once(tuple(map(tuple, row.get("folded") or ()))),
            *lists,
        )  # fmt: skip

    videos, columns = _by_id(map(told, rows), 8 + len(_LISTED))
    created_at, duration_ms, language, video_country, shown, stored, taste, folded, *carried = columns
    lists = dict(zip(_LISTED, carried, strict=True))
    lists["sound"] = [tuple(same_sounds.get(name, name) for name in names) for names in lists["sound"]]
    born, lasts = _whole(created_at), _whole(duration_ms)
    return Platform(
        users=users,
        user_country=country,
        user_language=[names[0] if names else "und" for names in spoken],
        joined_at=np.array(joined_at, dtype=np.int64),
        accounts=np.array(accounts, dtype=np.bool_),
        videos=videos,
        created_at=born,
        duration_ms=lasts,
        video_language=[name or "und" for name in language],
        video_country=[name or "ZZ" for name in video_country],
        shown=np.array(shown, dtype=np.bool_),
        stored=_unpacked(stored, len(VIDEO_RESULTS)),
        taste=_unpacked(taste),
        kinds={kind: _belonging(names) for kind, names in lists.items()},
        marks=marks,
        same_sounds=same_sounds,
        engagements=_nobody(),
        catalogue=catalogue_of(
            spoken,
            created_at=born,
            duration_ms=lasts,
            language=language,
            creator=[names[0] if names else None for names in lists["creator"]],
            hashtags=lists["hashtag"],
        ),
        folded=_folded(folded),
    )


def without_engagements(platform: Platform) -> Platform:
    """The same people and videos, and nothing between them."""
    return replace(platform, engagements=_nobody())


def authors(platform: Platform) -> Times:
    """[videos] index of the author of each among the creators, -1 where none is known."""
    creators = platform.kinds["creator"]
    author = np.full(len(platform.videos), -1, dtype=np.int64)
    author[creators.video[::-1]] = creators.entity[::-1]  # the first of each
    return author


def _by_id(rows: Iterable[Sequence[Any]], width: int) -> tuple[Vocabulary, list[list[Any]]]:
    """The ids in front of rows, and their ``width`` columns behind those in the order of the ids."""
    ids: list[str] = []
    columns: list[list[Any]] = [[] for _ in range(width)]
    for name, *values in rows:
        ids.append(name)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    names = Vocabulary(ids)
    order = np.argsort(names.index(ids)).tolist()
    return names, [[column[place] for place in order] for column in columns]


def _packed(values: Sequence[float | None]) -> bytes:
    """Numbers at a fifth of what a list of them takes; unknown ones are nan."""
    return array("d", [math.nan if value is None else value for value in values]).tobytes()


def _unpacked(rows: Sequence[bytes], least: int = 0) -> Floats:
    """[rows × the most numbers of a row, ``least`` or more]; a row of fewer is 0."""
    width = max([8 * least, *map(len, rows)])
    told = b"".join(row if len(row) == width else bytes(width) for row in rows)
    return np.frombuffer(told, dtype=np.float64).reshape(len(rows), width // 8)


def _folded(rows: Sequence[Sequence[Sequence[int]]]) -> Folded:
    """Of [[bits, people], …] of each video."""
    video = np.repeat(np.arange(len(rows), dtype=np.int32), [len(cells) for cells in rows])
    told = np.array([cell for cells in rows for cell in cells], dtype=np.int64).reshape(-1, 2)
    return Folded(video, told[:, 0], told[:, 1])


def catalogue_of(
    spoken: Sequence[Sequence[str]],
    *,
    created_at: Times,
    duration_ms: Times,
    language: Sequence[str | None],
    creator: Sequence[str | None],
    hashtags: Sequence[Sequence[str]],
) -> Catalogue:
    """The catalogue as arrays: languages of each person, and what is said of each video (None, -1: unknown)."""
    tags = Vocabulary(name for names in hashtags for name in names)
    tongues = Vocabulary([name for name in language if name] + [name for names in spoken for name in names])
    makers = Vocabulary(name for name in creator if name)
    return Catalogue(
        created_at=created_at,
        bucket=duration_bucket(duration_ms),
        creator=makers.index((name or "" for name in creator), missing="negative").astype(np.int64),
        language=tongues.index((name or "" for name in language), missing="negative").astype(np.int64),
        speaks=_lists(spoken, tongues),
        hashtags=_lists(hashtags, tags) if len(tags) else None,
    )


def _lists(rows: Sequence[Sequence[str]], names: Vocabulary) -> "sparse.csr_matrix":
    """[rows × names] an entry for each name of a row."""
    row = np.repeat(np.arange(len(rows)), [len(told) for told in rows])
    column = names.index(name for told in rows for name in told)
    return sparse.csr_matrix((np.ones(row.size), (row, column)), shape=(len(rows), len(names)))


class Told(NamedTuple):
    """Engagements as they are read, in no order; one read twice is there twice, the later one last."""

    user: Index
    """-1 where she came after the users were read; so for the videos."""
    video: Index
    happened: npt.NDArray[np.uint8]
    """Flag bits of `contentgraph.graph.points`, and `PUSHED`."""
    times: dict[str, Times]
    """By column of the statement; those of a flag only where it is set."""

    def flagged(self, name: str, order: Times) -> Times:
        """The times of a flag, of the engagements in ``order`` that have it."""
        flag = self.happened & FACT_BITS[name] > 0
        times = np.empty(flag.size, dtype=np.int64)
        times[flag] = self.times[name]  # one each, else it is refused
        return times[order[flag[order]]]

    def order(self) -> Times:
        """Places of those whose user and video are known, by (user, video), each once: as it was read last."""
        pair = self.user.astype(np.int64) << 32 | self.video.astype(np.uint32)
        order = np.argsort(pair, kind="stable")  # what was read later stands behind
        pair = pair[order]
        last = np.r_[pair[1:] != pair[:-1], True][: order.size]
        found: Times = order[last & (self.user[order] >= 0) & (self.video[order] >= 0)]
        return found


def told_pairs(database: Database, users: Vocabulary, videos: Vocabulary, since: int | None = None) -> Told:
    """Every engagement of ``users``; ``since``: only those with an event from then on (epoch ms).

    Some people or hours at a time, each in a transaction that is tried again, so that writes beside it do not end it.
    """
    pages = _by_people(database, users) if since is None else _by_hours(database, users, since)
    who, what, happened = array("i"), array("i"), array("B")
    times = {name: array("q") for name in ("firstAt", "lastAt", *FACT_BITS)}
    for user, record in pages:
        who.frombytes(user.tobytes())
        # Whoever and whatever came after users and videos were read is for the next time.
        what.frombytes(videos.index(record["videoIds"], missing="negative").tobytes())
        happened.extend(record["happened"])
        for name, values in times.items():
            values.extend(record[name])
    return Told(
        np.frombuffer(who, dtype=np.int32),
        np.frombuffer(what, dtype=np.int32),
        np.frombuffer(happened, dtype=np.uint8),
        {name: np.frombuffer(values, dtype=np.int64) for name, values in times.items()},
    )


def _by_people(database: Database, users: Vocabulary) -> Iterator[tuple[Index, Record]]:
    """Pages of people, read by `READERS` at once: the server finds some while others are taken in."""
    ids, size = users.ids(), PEOPLE
    with ThreadPoolExecutor(READERS) as readers:

        def asked() -> Iterator[tuple[int, int, Future[list[Record]]]]:
            start = 0
            while start < len(ids):
                some = ids[start : start + size]
                yield start, len(some), readers.submit(database.read, "night_pairs", users=some)
                start += len(some)

        ahead = asked()
        waiting = deque(islice(ahead, READERS + 1))
        while waiting:
            start, people, page = waiting.popleft()
            (record,) = page.result()
            # However many engagements a person has, a page holds about as many.
            size = max(1, min(people * PAIRS // max(len(record["who"]), 1), 8 * people))
            waiting.extend(islice(ahead, 1))
            yield np.array(record["who"], dtype=np.int32) + np.int32(start), record


def _by_hours(database: Database, users: Vocabulary, since: int) -> Iterator[tuple[Index, Record]]:
    """Spans ascend: an engagement that goes on meanwhile is read again with the last of them, never passed over."""
    last = int(database.read("night_latest")[0]["at"] or 0)
    start, span = since, HOUR_MS
    while start < NEVER:
        end = start + span if start + span <= last else NEVER
        told = 0
        for record in database.read("night_pairs_since", since=start, until=end):
            told += len(record["videoIds"])
            yield np.repeat(users.index([record["userId"]], missing="negative"), len(record["videoIds"])), record
        # However many engagements an hour has, a span holds about as many, or the last minute of them.
        start, span = end, max(HOUR_MS // 60, min(span * PAIRS // max(told, 1), 4 * span, DAY_MS))


def _engagements(database: Database, since: int | None, platform: Platform) -> Engagements:
    users, videos = platform.users, platform.videos
    read = told_pairs(database, users, videos, since)
    order = read.order()
    told = read.happened[order]
    hider, hides = array("i"), array("i")
    for record in database.stream("night_hides"):
        seen = videos.index(record["videoIds"], missing="negative")
        hides.frombytes(seen.astype(np.int32).tobytes())
        hider.extend([int(users.index([record["userId"]], missing="negative")[0])] * len(seen))
    who_hides, what_hidden = np.array(hider, dtype=np.int64), np.array(hides, dtype=np.int64)
    known = (who_hides >= 0) & (what_hidden >= 0)
    return engagements_of(
        platform,
        user=read.user[order],
        video=read.video[order],
        bits=told & ~np.uint8(PUSHED),
        first_at=read.times["firstAt"][order],
        last_at=read.times["lastAt"][order],
        at={name: read.flagged(name, order) for name in FACT_BITS},
        hides=(who_hides[known], what_hidden[known]),
        pushed=told & PUSHED > 0,
    )


def engagements_of(
    platform: Platform,
    *,
    user: Index,
    video: Index,
    bits: npt.NDArray[np.uint8],
    first_at: Times,
    last_at: Times,
    at: dict[str, Times],
    hides: tuple[Times, Times],
    pushed: npt.NDArray[np.bool_],
) -> Engagements:
    """Edges sorted by (user, video), with what hides (users, videos) and the platform's creators say of them."""
    users, creators = platform.users, platform.kinds["creator"]
    author = users.index(creators.entities.ids(creators.entity), missing="negative")
    return Engagements(
        user=user,
        video=video,
        bits=bits,
        first_at=first_at,
        last_at=last_at,
        at=at,
        hidden=_among(user, video, *hides),
        own=_among(user, video, author[author >= 0], creators.video[author >= 0]),
        pushed=pushed,
    )


def _among(user: Index, video: Index, users: Times | Index, videos: Times | Index) -> npt.NDArray[np.bool_]:
    """Which of the pairs, sorted by (user, video), are among (users, videos): looked up, for there are many pairs."""
    users, videos = users.astype(np.int32), videos.astype(np.int32)
    low, end = np.searchsorted(user, users, "left"), np.searchsorted(user, users, "right")
    high = end.copy()
    while (left := low < high).any():
        middle = (low + high) // 2
        below = left & (video[np.minimum(middle, video.size - 1)] < videos)
        low, high = np.where(below, middle + 1, low), np.where(left & ~below, middle, high)
    found, there = np.zeros(user.size, dtype=np.bool_), low < end
    found[low[there][video[low[there]] == videos[there]]] = True
    return found


def _belonging(lists: Sequence[Sequence[str]]) -> Belonging:
    entities = Vocabulary(name for names in lists for name in names)
    entity = entities.index(name for names in lists for name in names)
    video = np.repeat(np.arange(len(lists), dtype=np.int32), [len(names) for names in lists])
    return Belonging(entities, entity, video)


def _whole(values: list[int | None]) -> Times:
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)
