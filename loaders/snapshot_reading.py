"""The graph as a snapshot: what a feed is made of, read by streaming statements."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database, Record
from contentgraph.cypher.upsert import RELATION_OF
from contentgraph.graph.duplicates import said_key
from contentgraph.graph.names import packed
from contentgraph.graph.relations import switched
from contentgraph.graph.snapshot.arrays import (
    BLOCK,
    BLOCKER,
    CHALLENGE,
    HASHTAG,
    HIDDEN,
    MAKER_REMOVED,
    MUTE,
    RATINGS,
    REMOVED,
    SHUNNED,
    SOUND,
    SWITCHED,
    UNANNOUNCED,
    Arrays,
    Catalog,
    Crowd,
    Offers,
    Shelf,
    Texts,
    pointers,
    withheld,
)
from contentgraph.graph.snapshot.events import LIST_OF, MUTES, Switches, join
from contentgraph.graph.snapshot.proofs import MOST, PUBLIC
from contentgraph.graph.snapshot.snapshot import Snapshot, allowed
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.readback import PUSHED, told_pairs
from contentgraph.loaders.scale import current_scale

KINDS = {"sound": SOUND, "hashtag": HASHTAG, "challenge": CHALLENGE}
FEATURED = (
    ("sound", "night_featured_sounds"),
    ("hashtag", "night_featured_hashtags"),
    ("challenge", "night_featured_challenges"),
    ("creator", "night_featured_creators"),
)
NAMED_AGE = 16
"""As in suggest: people of whom it may be said what they did are older."""

Index = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


def read_snapshot(database: Database, clock: int | None = None) -> Snapshot:
    """Read everything that a feed is made of.

    Reads are not one transaction: a write in between may be in one array and not yet in another. ``clock``: epoch ms,
    from which its test slots go on to lapse; that of the machine unless given.
    """
    settings = dict(database.read("settings")[0]["settings"])
    settings["readAt"] = time.time_ns() // 1_000_000 if clock is None else clock
    settings["controls"] = [dict(row) for row in database.read("night_controls")]
    people = sorted(database.pages("night_viewers", 500), key=_id)
    cards = {row["id"]: row for row in database.pages("night_cards")}
    rows = sorted(
        (dict(row) | cards[row["id"]] for row in database.pages("night_videos") if row["id"] in cards),
        key=_id,
    )
    things = sorted(
        (
            (row["id"], KINDS[row["kind"]], row["title"], row["sameAs"])
            for row in database.stream("night_things", fetch_size=10_000)
        ),
    )
    users, videos = Vocabulary(_id(row) for row in people), Vocabulary(_id(row) for row in rows)
    tongues = Vocabulary(
        [row["language"] for row in rows if row["language"]] + [name for row in people for name in row["languages"]]
    )
    place = {(name, kind): number for number, (name, kind, *_) in enumerate(things)}
    trends = {row["country"]: row for row in database.stream("night_trending")}
    nothing: Mapping[str, Any] = {"videoIds": [], "ranks": []}
    countries = Vocabulary(
        [row["country"] for row in (*rows, *people) if row["country"]] + [name for name in trends if name != "ZZ"]
    )
    lists = [trends.get(country, nothing) for country in (*countries.ids(), "ZZ")]
    now = int(settings["now"])
    crowd = _crowd(database, people, users, videos, tongues, place, countries, now)
    kinds = np.array([kind for _, kind, *_ in things])
    same = np.array([place.get((first, SOUND), at) for at, (*_, first) in enumerate(things)], dtype=np.int32)
    catalog = _catalog(database, rows, people, crowd, users, videos, tongues, countries, place, kinds, same, lists, now)
    texts = Texts(
        *packed(users.ids()),
        *packed(videos.ids()),
        *packed(row["caption"] or "" for row in rows),
        *packed(name for name, *_ in things),
        *packed(title or "" for _, _, title, _ in things),
        *packed(tongues.ids()),
        *packed(countries.ids()),
    )
    shelf = Shelf(
        duration=np.array([-1 if row["durationMs"] is None else row["durationMs"] for row in rows], dtype=np.int64),
        captioned=np.array([row["caption"] is not None for row in rows], dtype=np.uint8),
    )
    arrays = Arrays(catalog, crowd, texts, shelf, _offers(database, users, videos))
    return Snapshot(Arrays.of(arrays.flat()), settings, current_scale(database))


def _catalog(
    database: Database,
    rows: Sequence[Record],
    people: Sequence[Record],
    crowd: Crowd,
    users: Vocabulary,
    videos: Vocabulary,
    tongues: Vocabulary,
    countries: Vocabulary,
    place: dict[tuple[str, int], int],
    kinds: npt.NDArray[np.int64],
    same: Index,
    trends: Sequence[Mapping[str, Any]],
    now: int,
) -> Catalog:
    stored = np.array([row["stored"] for row in rows], dtype=np.float64).reshape(len(rows), 9)
    lift, prior, travel, worth = stored[:, 5], stored[:, 6], stored[:, 7], stored[:, 8]
    prior = np.nan_to_num(prior, nan=0.0)
    placed = np.array([bool(row["taste"]) for row in rows], dtype=np.bool_)
    places = [row["taste"] or row["topicTaste"] or () for row in rows]
    dims = max(map(len, places), default=0)
    where = np.zeros((len(rows), dims))
    for number, place_of in enumerate(places):
        where[number, : len(place_of)] = place_of
    order = np.lexsort((np.arange(len(rows)), -prior)).astype(np.int32)[: int(np.count_nonzero(prior > 0.0))]
    language = tongues.index((row["language"] or "" for row in rows), missing="negative")
    country = countries.index((row["country"] or "" for row in rows), missing="negative")
    thing = _lists(
        sorted(
            place[name, kind]
            for column, kind in (("soundIds", SOUND), ("hashtags", HASHTAG), ("challengeIds", CHALLENGE))
            for name in row[column]
            if (name, kind) in place
        )
        for row in rows
    )
    makers = _lists(users.index(row["creatorIds"], missing="negative").tolist() for row in rows)
    made: list[list[int]] = [[] for _ in range(len(users))]
    for video, row in enumerate(rows):
        for user in users.index(row["creatorIds"], missing="negative").tolist():
            if user >= 0:
                made[user].append(video)
    maker_of = _lists(made)
    return Catalog(
        **_suits(rows, countries),
        state=np.array(
            [
                REMOVED * row["removed"] + UNANNOUNCED * row["unannounced"] + MAKER_REMOVED * row["makerRemoved"]
                for row in rows
            ],
            dtype=np.uint8,
        ),
        language=language.astype(np.int16),
        country=country.astype(np.int16),
        lift=np.nan_to_num(lift, nan=0.0),
        prior=prior,
        worth=np.nan_to_num(worth, nan=1.0),
        travel=np.nan_to_num(travel, nan=1.0),
        place=where,
        placed=placed.astype(np.uint8),
        origin=videos.index((row["origin"] or "" for row in rows), missing="negative"),
        said=_said(rows, place, same),
        order=order,
        **_local(order, country, language, len(countries), len(tongues)),
        **_similar(database, videos),
        thing_ptr=thing[0],
        thing=thing[1],
        counted=same[thing[1]],
        maker_ptr=makers[0],
        maker=makers[1],
        kind=kinds.astype(np.uint8),
        same=same,
        **_featured(database, users, videos, place),
        made_ptr=maker_of[0],
        made=maker_of[1],
        **_public(people, crowd, *maker_of, now),
        **_trends(trends, videos),
    )


def _suits(rows: Sequence[Record], countries: Vocabulary) -> dict[str, Any]:
    """Of each video the row that says which viewers it suits, by rating and country."""
    table: dict[tuple[int, tuple[int, ...]], int] = {}
    suit = np.empty(len(rows), dtype=np.int32)
    for video, row in enumerate(rows):
        where = countries.index(row["withheldIn"] or (), missing="negative").tolist()
        suit[video] = table.setdefault((RATINGS.get(row["rating"], 0), tuple(sorted(where))), len(table))
    suits = np.empty((len(table), len(countries) + 1), dtype=np.uint8)
    for place, (bit, where) in enumerate(table):
        suits[place] = bit
        if where:
            suits[place] = withheld(suits[place], where)
    return {"suit": suit, "suits": suits}


def _local(order: Index, country: Index, language: Index, countries: int, tongues: int) -> dict[str, Any]:
    """Of each country, then of each language, its videos in their order."""
    spoken = language[order]
    row = np.concatenate((country[order], np.where(spoken < 0, -1, countries + spoken)))
    video = np.concatenate((order, order))[row >= 0]
    row = row[row >= 0]
    return {
        "local_ptr": pointers(np.bincount(row, minlength=countries + tongues)),
        "local": video[np.argsort(row, kind="stable")],
    }


def _public(people: Sequence[Record], crowd: Crowd, made_ptr: Longs, made: Index, now: int) -> dict[str, Any]:
    """What people who may be named did with videos of others for all to see, as suggest counts it."""
    year = datetime.fromtimestamp(now / 1000, UTC).year
    named = np.array(
        [
            row["birthYear"] is not None
            and year - row["birthYear"] > NAMED_AGE
            and not row["removed"]
            and not row["unannounced"]
            for row in people
        ],
        dtype=np.bool_,
    )
    degree = np.diff(crowd.engaged_ptr)
    user = np.repeat(np.arange(degree.size), degree)
    width = int(max(crowd.engaged.max(initial=0), made.max(initial=0))) + 1
    own = np.repeat(np.arange(degree.size), np.diff(made_ptr)) * width + made
    kept = named[user] & (degree[user] <= MOST) & (crowd.bits & PUBLIC > 0)
    kept &= ~np.isin(user * width + crowd.engaged, own)
    return {
        "named": named.astype(np.uint8),
        "public_ptr": pointers(np.bincount(user[kept], minlength=degree.size)),
        "public": crowd.engaged[kept],
        "public_bits": crowd.bits[kept],
        "public_at": crowd.at[kept],
    }


def _trends(trends: Sequence[Mapping[str, Any]], videos: Vocabulary) -> dict[str, Any]:
    told = []
    for row in trends:
        found = videos.index(row["videoIds"], missing="negative").tolist()
        told.append(sorted((rank, video) for rank, video in zip(row["ranks"], found, strict=True) if video >= 0))
    return {
        "trend_ptr": pointers([len(row) for row in told]),
        "trend": np.array([video for row in told for _, video in row], dtype=np.int32),
        "trend_rank": np.array([rank for row in told for rank, _ in row], dtype=np.int32),
    }


def _said(rows: Sequence[Record], place: dict[tuple[str, int], int], same: Index) -> Index:
    """A number for each key of what is said and heard, -1 without one."""
    sounds = (
        min((place[name, SOUND] for name in row["soundIds"] if (name, SOUND) in place), default=-1) for row in rows
    )
    names = (None if sound < 0 else str(same[sound]) for sound in sounds)
    keys = [said_key(name, row["caption"]) or "" for name, row in zip(names, rows, strict=True)]
    return Vocabulary(key for key in keys if key).index(keys, missing="negative")


def _similar(database: Database, videos: Vocabulary) -> dict[str, Any]:
    source, target, rank, weight, alike = [], [], [], [], []
    for row in database.pages("night_similar"):
        (here,) = videos.index([row["videoId"]], missing="negative").tolist()
        there = videos.index(row["targets"], missing="negative")
        source.append(np.full(there.size, here, dtype=np.int32))
        target.append(there)
        rank.append(np.array(row["ranks"], dtype=np.int16))
        weight.append(np.array(row["weights"], dtype=np.float64))
        apart = set(row["alike"])
        alike.append(np.array([name in apart for name in row["targets"]], dtype=np.uint8))
    row_, col, ranks, weights, alikes = (
        np.concatenate([np.zeros(0, dtype=kind), *found])
        for kind, found in (
            (np.int32, source), (np.int32, target), (np.int16, rank), (np.float64, weight), (np.uint8, alike),
        )
    )  # fmt: skip
    order = np.lexsort((ranks, row_))
    order = order[(row_[order] >= 0) & (col[order] >= 0)]
    return {
        "similar_ptr": pointers(np.bincount(row_[order], minlength=len(videos))),
        "similar": col[order],
        "rank": ranks[order],
        "weight": weights[order],
        "alike": alikes[order],
    }


def _featured(
    database: Database, users: Vocabulary, videos: Vocabulary, place: dict[tuple[str, int], int]
) -> dict[str, Any]:
    found: list[tuple[Sequence[int], Sequence[float]]] = [((), ())] * (len(place) + len(users))
    for kind, statement in FEATURED:
        for row in database.pages(statement):
            if kind == "creator":
                at = int(users.index([row["id"]], missing="negative")[0])
                at = at + len(place) if at >= 0 else -1
            else:
                at = place.get((row["id"], KINDS[kind]), -1)
            if at >= 0:
                target = videos.index(row["targets"], missing="negative").tolist()
                kept = [number for number, video in enumerate(target) if video >= 0]
                found[at] = ([target[n] for n in kept], [float(row["scores"][n]) for n in kept])
    pointer, flat = _lists(target for target, _ in found)
    scores = np.array([score for _, some in found for score in some], dtype=np.float64)
    return {"featured_ptr": pointer, "featured": flat, "featured_score": scores}


def _crowd(
    database: Database,
    people: Sequence[Record],
    users: Vocabulary,
    videos: Vocabulary,
    tongues: Vocabulary,
    place: dict[tuple[str, int], int],
    countries: Vocabulary,
    now: int,
) -> Crowd:
    told = told_pairs(database, users, videos)
    order = told.order()
    lists = {
        "tongue": _lists(tongues.index(row["languages"]).tolist() for row in people),
        "follow": _lists(_known(users, row["followIds"]) for row in people),
    }
    followed = [
        when for row in people for name, when in zip(row["followIds"], row["followedAt"], strict=True) if name in users
    ]
    switches = _switches(people, users, videos, place)
    for code in (HIDDEN, SHUNNED, BLOCK, BLOCKER, MUTE):
        lists[SWITCHED[code]] = _lists(
            [target for (kind, target), (_, on) in row.items() if kind == code and on] for row in switches
        )
    lists["switch"] = _lists([target for _, target in row] for row in switches)
    flat = [(code, at, on) for row in switches for (code, _), (at, on) in row.items()]
    saw, sums = _folded(database, users, videos, place)
    lists |= {"saw": _lists(saw), "sum": _lists([entity for entity, *_ in row] for row in sums)}
    named: dict[str, Any] = {f"{name}_ptr": pointer for name, (pointer, _) in lists.items()}
    named |= {name: flat for name, (_, flat) in lists.items() if name != "tongue"}
    return Crowd(
        allowed=np.array(
            [
                allowed(now, row["birthYear"], restricted=row["restricted"], anonymous=row["anonymous"])
                for row in people
            ],
            dtype=np.uint8,
        ),
        state=np.array([REMOVED * row["removed"] for row in people], dtype=np.uint8),
        expires=np.array([row["expiresAt"] or 0 for row in people], dtype=np.int64),
        tongue=lists["tongue"][1].astype(np.int16),
        engaged_ptr=pointers(np.bincount(told.user[order], minlength=len(users))),
        engaged=told.video[order],
        bits=told.happened[order].astype(np.uint8) & ~np.uint8(PUSHED),
        at=told.times["lastAt"][order],
        follow_at=np.array(followed, dtype=np.int64),
        country=countries.index((row["country"] or "" for row in people), missing="negative").astype(np.int16),
        mute_at=np.array([at for code, at, on in flat if code == MUTE and on], dtype=np.int64),
        switch_list=np.array([code for code, _, _ in flat], dtype=np.uint8),
        switch_at=np.array([at for _, at, _ in flat], dtype=np.int64),
        switch_on=np.array([on for *_, on in flat], dtype=np.uint8),
        sum_points=np.array([points for row in sums for _, points, _ in row], dtype=np.float64),
        sum_at=np.array([at for row in sums for *_, at in row], dtype=np.int64),
        **named,
    )


def _switches(
    people: Sequence[Record], users: Vocabulary, videos: Vocabulary, place: dict[tuple[str, int], int]
) -> list[Switches]:
    """Of each user, ascending by code and index; without whom she follows now."""
    found: list[Switches] = [{} for _ in people]
    for user, who in enumerate(people):
        for kind, label, name, at, until in who["relations"]:
            statement = RELATION_OF[kind, label]
            code, switch = LIST_OF[statement], switched(statement, {"at": at, "until": until})
            if code == MUTE:
                target = place.get((name, MUTES[statement]), -1)
            else:
                (target,) = (videos if code == HIDDEN else users).index([name], missing="negative").tolist()
            join(found[user], code, target, switch)
            if target >= 0 and code == BLOCK:
                join(found[target], BLOCKER, user, switch)
    return [dict(sorted(row.items())) for row in found]


def _offers(database: Database, users: Vocabulary, videos: Vocabulary) -> Offers:
    rows: list[list[tuple[int, int, int, float, int]]] = [[] for _ in range(len(users))]
    for row in database.stream("night_slots", fetch_size=5_000):
        (user,) = users.index([row["userId"]], missing="negative").tolist()
        told = zip(
            row["turns"], videos.index(row["videoIds"], missing="negative").tolist(), row["waves"],
            row["propensities"], row["untils"], strict=True,
        )  # fmt: skip
        if user >= 0:
            rows[user] = sorted(one for one in told if one[1] >= 0)  # of equal turns by id, as indices ascend as ids do
    flat = [one for row in rows for one in row]
    return Offers(
        ptr=pointers([len(row) for row in rows]),
        video=np.array([video for _, video, _, _, _ in flat], dtype=np.int32),
        wave=np.array([wave for _, _, wave, _, _ in flat], dtype=np.int16),
        propensity=np.array([chance for _, _, _, chance, _ in flat], dtype=np.float64),
        until=np.array([until for _, _, _, _, until in flat], dtype=np.int64),
    )


def _folded(
    database: Database, users: Vocabulary, videos: Vocabulary, place: dict[tuple[str, int], int]
) -> tuple[list[list[int]], list[list[tuple[int, float, int]]]]:
    """Of each user: videos that she saw, and (entity, points, time of the latest event) of each sum; ascending."""
    saw: list[list[int]] = [[] for _ in range(len(users))]
    sums: list[list[tuple[int, float, int]]] = [[] for _ in range(len(users))]
    for row in database.stream("night_folded", fetch_size=1_000):
        (user,) = users.index([row["userId"]], missing="negative").tolist()
        if user < 0:
            continue
        saw[user] = sorted(_known(videos, row["sawIds"]))
        for kind, name, points, at in row["folded"]:
            if kind == "creator":
                sums[user] += [(len(place) + maker, points, at) for maker in _known(users, [name])]
            elif (name, KINDS[kind]) in place:
                sums[user].append((place[name, KINDS[kind]], points, at))
        sums[user].sort()
    return saw, sums


def _lists(rows: Iterable[Sequence[int]]) -> tuple[Longs, Index]:
    """Pointers and entries of lists; entries below 0 are left out."""
    kept = [[entry for entry in row if entry >= 0] for row in rows]
    return pointers([len(row) for row in kept]), np.array([entry for row in kept for entry in row], dtype=np.int32)


def _known(names: Vocabulary, ids: Sequence[str]) -> list[int]:
    return [place for place in names.index(ids, missing="negative").tolist() if place >= 0]


def _id(row: Record) -> str:
    return str(row["id"])
