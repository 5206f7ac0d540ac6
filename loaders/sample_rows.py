"""The rows of a generated platform as lines of the native format; the hidden truth is in none of them."""

import json
from collections.abc import Iterator
from typing import Final

import numpy as np

from contentgraph.graph.platform.events import KINDS, REASONS
from contentgraph.graph.platform.exposure import SOURCES
from contentgraph.graph.platform.generating import ACCOUNT_KINDS, Platform
from contentgraph.graph.platform.people import COUNTRIES, LANGUAGES
from contentgraph.graph.platform.text import challenge_tag
from contentgraph.graph.platform.videos import RATINGS
from contentgraph.graph.platform.words import CHALLENGES

_CHUNK: Final = 100_000


def _line(row: dict[str, object]) -> str:
    """One JSON line; what is None, empty or False is not said."""
    said = {key: value for key, value in row.items() if value is not None and value != [] and value is not False}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def user_lines(platform: Platform) -> Iterator[str]:
    """The lines of ``users.jsonl``."""
    people = platform.people
    for i, (user, created) in enumerate(zip(people.ids.tolist(), people.created.tolist(), strict=True)):
        yield _line(
            {
                "id": user,
                "kind": ACCOUNT_KINDS[platform.account_kind[i]],
                "birthYear": int(people.birth_year[i]) or None,
                "country": COUNTRIES[people.country[i]] if people.country_told[i] else None,
                "languages": [LANGUAGES[k] for k in np.flatnonzero(people.speaks[i])],
                "restricted": bool(people.restricted[i]),
                "createdAt": created,
                "updatedAt": created,
            }
        )


def video_lines(platform: Platform) -> Iterator[str]:
    """The lines of ``videos.jsonl``."""
    videos, sounds, challenges = platform.videos, platform.sounds, platform.challenges
    users, ids = platform.people.ids.tolist(), videos.ids.tolist()
    names = challenges.ids.tolist()
    for v, video in enumerate(ids):
        maker, created, removed = int(videos.creator[v]), int(videos.created[v]), int(videos.removed[v])
        named = sounds.id[v] is not None
        yield _line(
            {
                "id": video,
                "creatorId": users[maker],
                "coCreatorIds": [users[platform.co_creator[v]]] if platform.co_creator[v] >= 0 else [],
                "createdAt": created,
                "durationMs": int(videos.duration[v]),
                "caption": platform.captions[v],
                "hashtags": platform.hashtags[v],
                "mentions": [users[platform.mention[v]]] if platform.mention[v] >= 0 else [],
                "soundId": sounds.id[v],
                "soundTitle": sounds.title[v] if named else None,
                "soundOriginal": bool(sounds.original[v]),
                "challengeIds": [names[challenges.answers[v]]] if challenges.answers[v] >= 0 else [],
                "remixOf": ids[challenges.remix_of[v]] if challenges.remix_of[v] >= 0 else None,
                "language": LANGUAGES[videos.language[v]],
                "country": COUNTRIES[platform.people.country[maker]],
                "rating": RATINGS[videos.rating[v]],
                "updatedAt": max(created, removed),
                "removedAt": removed or None,
            }
        )


def challenge_lines(platform: Platform) -> Iterator[str]:
    """The lines of ``challenges.jsonl``."""
    challenges, users = platform.challenges, platform.people.ids.tolist()
    for c, challenge in enumerate(challenges.ids.tolist()):
        title = CHALLENGES[challenges.word[c]]
        yield _line(
            {
                "id": challenge,
                "title": title,
                "description": f"Take up #{title} and pass it on.",
                "startsAt": int(challenges.starts[c]),
                "endsAt": int(challenges.ends[c]) or None,
                "hashtags": [challenge_tag(challenges, c)],
                "launchedBy": users[challenges.launcher[c]],
                "sponsoredBy": [users[challenges.sponsor[c]]] if challenges.sponsor[c] >= 0 else [],
                "updatedAt": int(challenges.starts[c]),
            }
        )


def event_lines(platform: Platform) -> Iterator[str]:
    """The lines of ``events.jsonl`` by the hundred thousand; nothing in them needs JSON's escapes."""
    events, users, videos = platform.events, platform.people.ids, platform.videos.ids
    reasons = {-1: "", **{i: f',"reason":"{reason}"' for i, reason in enumerate(REASONS)}}
    sources = {-1: "", **{i: f',"source":"{source}"' for i, source in enumerate(SOURCES)}}
    for begin in range(0, len(events.at), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        to_user = events.target[part]
        named = np.flatnonzero(to_user >= 0)
        video = videos[events.video[part]].tolist()
        aim = list(map('"videoId":"{}"'.format, video))
        for row in named.tolist():
            aim[row] = f'"targetId":"{users[to_user[row]]}"'
        watched = [f',"watchedMs":{ms}' if ms >= 0 else "" for ms in events.watched[part].tolist()]
        yield "".join(
            f'{{"userId":"{user}","kind":"{KINDS[kind]}",{target},"at":{at}{seen}{sources[source]}{reasons[reason]}}}\n'
            for user, kind, target, at, seen, source, reason in zip(
                users[events.user[part]].tolist(),
                events.kind[part].tolist(),
                aim,
                events.at[part].tolist(),
                watched,
                events.source[part].tolist(),
                events.reason[part].tolist(),
                strict=True,
            )
        )
