"""The sample: a generated platform written as native files, its hidden truth in a file of its own."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.platform import ACCOUNT_KINDS, Platform, PlatformConfig, Truth, generate
from contentgraph.graph.platform_events import KINDS, REASONS
from contentgraph.graph.platform_exposure import SOURCES
from contentgraph.graph.platform_people import COUNTRIES, LANGUAGES
from contentgraph.graph.platform_text import challenge_tag
from contentgraph.graph.platform_videos import RATINGS
from contentgraph.graph.platform_words import CHALLENGES

TRUTH_FILE: Final = "truth.npz"
"""Only evaluation opens it; the loader passes it by."""
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written."""

    directory: Path
    users: int
    videos: int
    challenges: int
    events: int
    """Rows of each file."""
    views: int
    """Events of kind ``view``."""
    burst_challenge: str | None
    """Id of the challenge with the planted burst; None on platforms of fewer than 8 videos."""
    bytes: int
    """Size of all files together."""


def write_sample(
    directory: Path, config: PlatformConfig, progress: Callable[[str], None] | None = None
) -> SampleSummary:
    """Generate the platform of ``config`` and write it to ``directory``, made if missing.

    ``users.jsonl``, ``videos.jsonl``, ``challenges.jsonl``, ``events.jsonl`` (in the order of time) and ``truth.npz``.
    Files of these names are replaced, each in one step. Equal arguments give byte-identical files. ``progress`` is told
    the name of each step as it begins. Raises UsageError when the directory cannot be written.
    """
    say = progress or (lambda _: None)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {directory}: {error.strerror}; name another one") from error
    platform = generate(config, np.random.default_rng(config.seed), say)
    say("files")
    size = 0
    try:
        for name, lines in (
            ("users", _users(platform)),
            ("videos", _videos(platform)),
            ("challenges", _challenges(platform)),
            ("events", _events(platform)),
        ):
            size += _write_lines(directory / f"{name}.jsonl", lines)
        size += _write_truth(directory / TRUTH_FILE, platform.truth)
    except OSError as error:
        raise UsageError(
            f"cannot write into {directory}: {error.strerror}; free some space or name another one"
        ) from error
    challenges = platform.challenges
    return SampleSummary(
        directory=directory,
        users=config.users,
        videos=config.videos,
        challenges=len(challenges.ids),
        events=len(platform.events.at),
        views=int((platform.events.kind == 0).sum()),
        burst_challenge=str(challenges.ids[challenges.burst]) if challenges.burst >= 0 else None,
        bytes=size,
    )


def load_truth(path: Path) -> Truth:
    """The hidden truth that :func:`write_sample` wrote: ``path`` is the file or the sample's folder.

    Raises NotFound when there is none, UsageError when the file is something else.
    """
    file = path / TRUTH_FILE if path.is_dir() else path
    if not file.exists():
        raise NotFound(f"no hidden truth at {file}; `contentgraph sample DIR` writes one")
    try:
        with np.load(file, allow_pickle=False) as stored:
            columns = {name: stored[name] for name in stored.files}
        scalars = {name: columns.pop(name).item() for name in ("start", "until", "scale")}
        last = columns.pop("taste_last", columns["taste_first"])
        return Truth(**scalars, **columns, taste_last=last)
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise UsageError(f"{file} is not a truth file of this version; run `contentgraph sample` again") from error


def _write_lines(path: Path, chunks: Iterator[str]) -> int:
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(chunks)
    os.replace(draft, path)
    return path.stat().st_size


def _write_truth(path: Path, truth: Truth) -> int:
    columns = {name: getattr(truth, name) for name in Truth.__slots__}
    if truth.taste_last is truth.taste_first:
        del columns["taste_last"]
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        np.savez(file, **columns)
    os.replace(draft, path)
    return path.stat().st_size


def _line(row: dict[str, object]) -> str:
    """One JSON line; what is None, empty or False is not said."""
    said = {key: value for key, value in row.items() if value is not None and value != [] and value is not False}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def _users(platform: Platform) -> Iterator[str]:
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


def _videos(platform: Platform) -> Iterator[str]:
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


def _challenges(platform: Platform) -> Iterator[str]:
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


def _events(platform: Platform) -> Iterator[str]:
    """The log's lines by the hundred thousand; ids, kinds and sources hold nothing that JSON would escape."""
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
