"""The platform that a night reads back, from staged files instead: the same arrays, and no store."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.catalogue import CatalogueState
from contentgraph.graph.relations import Row as RelationRow
from contentgraph.loaders.readback import Platform, catalogue_platform, engagements_of
from contentgraph.loaders.staged import Staged
from contentgraph.loaders.staged_pairs import StagedPairs

Whole = npt.NDArray[np.int64]
_LISTS = {
    "challengeIds": "link_answers",
    "hashtags": "link_hashtags",
    "soundIds": "link_sound",
    "creatorIds": "link_creators",
}


def platform_of_files(graph: Staged, pairs: StagedPairs) -> Platform:
    """As ``night_users``, ``night_videos``, ``night_pairs`` and ``night_hides`` tell it of the graph."""
    platform = catalogue_platform(_people(graph), _videos(graph), frozenset(graph.ends("link_marks")), {})
    # What she reported is hidden from her as what she hides (``night_hides``).
    reports = graph.relations.get("merge_reports_video", ())
    hides = [*reports, *(row for row in graph.relations.get("merge_hides_video", ()) if _holds(row))]
    hider = platform.users.index(str(row["userId"]) for row in hides).astype(np.int64)
    hidden = platform.videos.index(str(row["targetId"]) for row in hides).astype(np.int64)
    engagements = engagements_of(
        platform, user=pairs.user, video=pairs.video, bits=pairs.bits, first_at=pairs.first_at, last_at=pairs.last_at,
        at=pairs.at, hides=(hider, hidden), pushed=pairs.pushed,
    )  # fmt: skip
    return replace(platform, engagements=engagements)


_NOTHING = [None] * 9


def _people(graph: Staged) -> Iterator[tuple[str, object, tuple[str, ...], int, bool]]:
    """Files tell of accounts alone, of no session without."""
    users = graph.tables["users"]
    for name in graph.names["User"].ids():
        state = users.get(name)
        values = state.values if state is not None else {}
        languages = tuple(values.get("languages", ()))  # type: ignore[arg-type]
        yield name, values.get("country") or "ZZ", languages, _whole(state, "createdAt", -1), True


def _videos(graph: Staged) -> Iterator[dict[str, Any]]:
    gone = {name for name, state in graph.tables["users"].items() if state.values.get("removedAt") is not None}
    lists: dict[str, dict[str, list[str]]] = {column: {} for column in _LISTS}
    for column, statement in _LISTS.items():
        for video, end in graph.ends(statement):
            lists[column].setdefault(video, []).append(end)
    made = graph.links["link_creators"]
    for video, end, role in zip(made.sources, made.targets, made.properties.get("role", ()), strict=True):
        if role == "author":
            names = lists["creatorIds"][video]
            names.insert(0, names.pop(names.index(end)))
    for name in graph.names["Video"].ids():
        state = graph.tables["videos"].get(name)
        values = state.values if state is not None else {}
        row = {column: values.get(column) for column in ("createdAt", "durationMs", "language", "country")}
        told = {column: lists[column].get(name, []) for column in _LISTS}
        shown = state is not None and values.get("removedAt") is None and gone.isdisjoint(told["creatorIds"])
        # Files tell of no topics, and not which sounds are one: they are found by the night and by analysis.
        yield {"id": name, **row, **told, "topicIds": (), "shown": shown, "stored": _NOTHING, "taste": None}


def _holds(row: RelationRow) -> bool:
    """Whether what was switched on last was not switched off later; at the same time it holds."""
    at, until = row["at"], row["until"]
    return isinstance(at, int) and (not isinstance(until, int) or at >= until)


def quiet(graph: Staged, platform: Platform) -> npt.NDArray[np.bool_]:
    """[videos] whether a video may not be shown to everybody, as ``night_adult`` tells it."""
    states = graph.tables["videos"]
    rated = (states[name].values.get("rating") if name in states else None for name in platform.videos.ids())
    return ~platform.shown | np.array([rating == "adult" for rating in rated], dtype=np.bool_)


def durations(graph: Staged) -> Whole:
    """Length of each video, ms, -1 where unknown."""
    states = graph.tables["videos"]
    return np.array([_whole(states.get(name), "durationMs", -1) for name in graph.names["Video"].ids()], dtype=np.int64)


def follows(graph: Staged) -> Whole:
    """(follower · users + followed) of all follows that hold."""
    rows = [row for row in graph.relations.get("merge_follows", ()) if _holds(row)]
    users = graph.names["User"]
    follower = users.index(str(row["userId"]) for row in rows).astype(np.int64)
    return follower * len(users) + users.index(str(row["targetId"]) for row in rows)


def marked(graph: Staged) -> list[tuple[str, int]]:
    """(challenge id, number of a video) where the video carries what marks the challenge or has its title in its
    caption, made between its dates, as ``night_marked`` tells it."""
    videos, challenges = graph.tables["videos"], graph.tables["challenges"]
    found: list[tuple[str, int]] = []

    def tell(challenge: str, video: str) -> None:
        created = videos[video].values.get("createdAt") if video in videos else None
        dates = challenges[challenge].values
        if isinstance(created, int) and (
            _date(dates.get("startsAt"), created) <= created <= _date(dates.get("endsAt"), created)
        ):
            found.append((challenge, int(graph.names["Video"].index([video])[0])))

    for marks, carries in (("link_marks", "link_hashtags"), ("link_mark_sounds", "link_sound")):
        of_mark: dict[str, list[str]] = {}
        for challenge, mark in graph.ends(marks):
            of_mark.setdefault(mark, []).append(challenge)
        for video, carried in graph.ends(carries):
            for challenge in of_mark.get(carried, ()):
                tell(challenge, video)
    titles = {name: _folded(state.values.get("title")).strip(" ") for name, state in challenges.items()}
    titles = {name: title for name, title in titles.items() if len(title) >= TITLE and " " in title}
    if titles:
        words = {name: _words(title) for name, title in titles.items()}
        for video, state in videos.items():
            caption = _folded(state.values.get("caption"))
            for name, title in titles.items():
                if title.partition(" ")[0] in caption and words[name].search(caption):
                    tell(name, video)
    return found


TITLE = 8
"""A title that captions are searched for has so many characters, and a blank."""


def _folded(value: object) -> str:
    return unicodedata.normalize("NFKC", value).lower() if isinstance(value, str) else ""


def _words(title: str) -> "re.Pattern[str]":
    """The title as whole words, however wide the blanks between them are."""
    inner = r"\s+".join(re.escape(word) for word in title.split(" "))
    return re.compile(rf"(?<![^\W_]){inner}(?![^\W_])")


def _date(value: object, other: int) -> int:
    return value if isinstance(value, int) else other


def _whole(state: CatalogueState | None, name: str, missing: int) -> int:
    value = None if state is None else state.values.get(name)
    return value if isinstance(value, int) else missing
