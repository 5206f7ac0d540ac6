"""Small platforms told badly: ties, corrections, repeats, unknown ids and rows that cannot be right, from a seed.

Everything is drawn from small pools, so that collisions are the rule. Rows are as the native format has them.
"""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
HOUR = 3_600_000
USERS = ["u0", "u1", "u2", "u10", "ü", "u@1", "😀", "～"]
VIDEOS = ["v0", "v1", "v2", "v10", "v@1", "😀", "～", "видео"]
CHALLENGES = ["c0", "c1", "c2"]
TAGS = ["dance", "Danse", "été", "ダンス", "fyp"]
EVENT_IDS = ["a", "b", "～", "😀", "10", "9"]
WATCHED = [0, 899, 900, 1000, 1499, 1500, 2700, 5000]
KINDS = ["view"] * 6 + ["completion", "completion", "like", "unlike", "comment", "share", "follow", "unfollow", "hide"]
KINDS += ["unhide", "block", "unblock", "report"]


def story(seed, events=300, rows=40):
    """Table → rows, about the tenth of the events wrong."""
    rng = random.Random(seed)
    told = {"events": [_event(rng) for _ in range(events)]}
    told["events"] += rng.sample(told["events"], events // 10)
    told["users"] = [_user(rng) for _ in range(rows // 2)]
    told["videos"] = [_video(rng) for _ in range(rows)]
    told["challenges"] = [_challenge(rng) for _ in range(rows // 4)]
    for row in told["videos"]:
        row |= {"withheldIn": _some(rng, ["BR", "CI", "DE"])} if rng.random() < 0.3 else {}
    return told


def cut(told, rng, folder, nights):
    """The rows as files of several nights, shuffled, some told again: a list of folders."""
    folders = []
    for night in range(nights):
        place = folder / f"night-{night}"
        place.mkdir(parents=True)
        folders.append(place)
    for table, rows in told.items():
        shares = [[] for _ in range(nights)]
        for row in rows:
            for night in {rng.randrange(nights) for _ in range(rng.choice([1, 1, 2]))}:
                shares[night].append(row)
        for place, share in zip(folders, shares, strict=True):
            rng.shuffle(share)
            middle = rng.randrange(len(share) + 1)
            write(place / f"{table}-a.jsonl", share[:middle])
            write(place / f"{table}-b.jsonl", share[middle:])
    return folders


def write(path, rows):
    """One JSON object a line."""
    path.write_text("".join(json.dumps(row, ensure_ascii=rows.index(row) % 2 == 0) + "\n" for row in rows), "utf-8")


def _at(rng):
    return NOW - rng.choice([0, 1, 2, 3, 26, 27, 50]) * HOUR - rng.choice([0, 0, 1, 999])


def _time(rng, at):
    return rng.choice([at, str(at), datetime.fromtimestamp(at / 1000, UTC).isoformat()])


def _event(rng):
    kind, user, at = rng.choice(KINDS), rng.choice(USERS), _at(rng)
    if rng.random() < 0.03:
        at = NOW + rng.choice([300_000, 300_001, 10 * HOUR])
    event = {"userId": user, "kind": kind, "at": _time(rng, at)}
    others = [one for one in USERS if one != user]
    if kind in ("follow", "unfollow", "block", "unblock"):
        event["targetId"] = rng.choice([*others, "stranger"])
    elif kind in ("hide", "unhide", "report") and rng.random() < 0.5:
        event["targetId"] = rng.choice(others)
    elif kind in ("hide", "unhide") and rng.random() < 0.5:
        event |= rng.choice([{"soundId": "s0"}, {"hashtag": "Dance"}])
    else:
        event["videoId"] = rng.choice([*VIDEOS, "v-unknown"])
    if kind == "view":
        event["watchedMs"] = rng.choice(WATCHED)
    if kind == "report" and rng.random() < 0.7:
        event["reason"] = rng.choice(["spam", "～", "😀"])
    if rng.random() < 0.4:
        event["eventId"] = rng.choice([*EVENT_IDS, f"@{at}", f"@{_at(rng)}"])
    if rng.random() < 0.3:
        event["source"] = rng.choice(["feed", "trending", "wave", "wave:3", "trending now"])
    if rng.random() < 0.02:
        event |= rng.choice([{"kind": "viewed"}, {"userId": None}, {"videoId": None, "targetId": None}])
    return event


def _said(rng, said):
    """Some of the properties, and when they were said."""
    kept = {key: value for key, value in said.items() if key == "id" or rng.random() < 0.5}
    if rng.random() < 0.9:
        kept["updatedAt"] = _time(rng, NOW - rng.choice([3, 3, 10, 20, 30]) * HOUR)
    return kept


def _some(rng, pool):
    return rng.sample(pool, rng.randrange(min(3, len(pool) + 1)))


def _user(rng):
    said = {
        "id": rng.choice(USERS[:-1]),
        "kind": rng.choice(["person", "brand", "creator"]),
        "birthYear": rng.choice([1990, 2010]),
        "country": rng.choice(["FR", "BR", "CI"]),
        "languages": _some(rng, ["fr", "pt", "en"]),
        "restricted": rng.random() < 0.3,
        "createdAt": NOW - rng.choice([100, 200]) * HOUR,
    }
    return _said(rng, said) | ({"removedAt": NOW - HOUR} if rng.random() < 0.03 else {})


def _video(rng):
    own = rng.choice(VIDEOS[:-1])
    said = {
        "id": own,
        "creatorId": rng.choice(USERS),
        "coCreatorIds": _some(rng, USERS),
        "createdAt": _time(rng, NOW - rng.choice([30, 60]) * HOUR),
        "durationMs": rng.choice([0, 1000, 1000, 3000, 10_000]),
        "caption": rng.choice(
            ["nothing", "#dance now", "with @u1 and @nobody #fyp", "#Danse #été @u2", "such #fun ♬ Chanson - u1"]
        ),
        "hashtags": _some(rng, TAGS),
        "mentions": _some(rng, [*USERS, "somebody"]),
        "soundId": rng.choice(["s0", "s1"]),
        "soundTitle": rng.choice(["Song", "a song"]),
        "soundOriginal": rng.random() < 0.5,
        "challengeIds": _some(rng, [*CHALLENGES, "c-unknown"]),
        "remixOf": rng.choice([one for one in [*VIDEOS, "v-lost"] if one != own]),
        "language": rng.choice(["fr", "pt"]),
        "country": rng.choice(["FR", "BR"]),
        "rating": rng.choice(["everyone", "teen", "adult", "unknown"]),
    }
    return _said(rng, said) | ({"removedAt": NOW - HOUR} if rng.random() < 0.03 else {})


def _challenge(rng):
    return _said(
        rng,
        {
            "id": rng.choice(CHALLENGES),
            "title": rng.choice(["One", "Two"]),
            "description": rng.choice(["dance!", ""]),
            "startsAt": NOW - 50 * HOUR,
            "endsAt": NOW + 50 * HOUR,
            "hashtags": _some(rng, TAGS),
            "launchedBy": rng.choice([*USERS, "launcher"]),
            "sponsoredBy": _some(rng, [*USERS, "sponsor"]),
            "removedAt": rng.choice([None, None, None, NOW - HOUR]),
        },
    )


def files_of(folders):
    """All files of some nights, as paths."""
    return [file for folder in folders for file in sorted(Path(folder).iterdir())]
