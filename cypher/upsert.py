"""Folded events into the graph: the one path that the loader and ``record`` share.

Ids are announced first (created as ``:Unannounced`` where nothing describes them yet), in ascending order, so that
writers of overlapping rows take their locks in one order. Every statement is a join: writing twice changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from contentgraph.cypher.steps import Ask, Record, Server, Steps, Together, drive, write

VIDEO_TARGETS = frozenset({"merge_hides_video", "merge_reports_video"})
"""Relations whose ``targetId`` is a video."""
THING_TARGETS = frozenset({"merge_hides_sound", "merge_hides_hashtag"})
"""Relations whose ``targetId`` is a sound or a hashtag, which need no announcing; of all others it is a user."""

RELATIONS = (
    "merge_follows",
    "merge_blocks",
    "merge_hides_video",
    "merge_hides_user",
    "merge_hides_sound",
    "merge_hides_hashtag",
    "merge_reports_video",
    "merge_reports_user",
)
"""The statements that relations are keyed by, in the order in which they are written."""

RELATION_OF = {
    ("FOLLOWS", "User"): "merge_follows",
    ("BLOCKS", "User"): "merge_blocks",
    ("HIDES", "User"): "merge_hides_user",
    ("HIDES", "Video"): "merge_hides_video",
    ("HIDES", "Sound"): "merge_hides_sound",
    ("HIDES", "Hashtag"): "merge_hides_hashtag",
    ("REPORTED", "User"): "merge_reports_user",
    ("REPORTED", "Video"): "merge_reports_video",
}
"""(type, label of the target) → the statement that joins it."""


class Runner(Protocol):
    """What runs a packaged statement: a :class:`~contentgraph.cypher.database.Transaction`."""

    def run(self, name: str, **params: object) -> list[Record]:
        """Run it; all records."""
        ...


def named_ids(
    pairs: Iterable[Mapping[str, Any]], relations: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[list[str], list[str]]:
    """The (user ids, video ids) that rows name, each ascending and once.

    Raises:
        KeyError: a relation under a name that is not one of :data:`RELATIONS`.
    """
    users: set[str] = set()
    videos: set[str] = set()
    for row in pairs:
        users.add(row["userId"])
        videos.add(row["videoId"])
    for name, rows in relations.items():
        if name not in RELATIONS:
            raise KeyError(name)
        users.update(row["userId"] for row in rows)
        if name not in THING_TARGETS:
            (videos if name in VIDEO_TARGETS else users).update(row["targetId"] for row in rows)
    return sorted(users), sorted(videos)


def write_events(
    run: Runner,
    *,
    pairs: Sequence[Mapping[str, Any]],
    relations: Mapping[str, Sequence[Mapping[str, Any]]],
    scale: Mapping[str, Any],
) -> None:
    """Announce what is unknown, then join pairs and relations into their edges, in the caller's transaction.

    Raises:
        KeyError: a relation under a name that is not one of :data:`RELATIONS`; nothing was written.
    """

    def do(step: Ask | Together | Server) -> list[Record]:
        assert isinstance(step, Ask)  # noqa: S101 -- narrowing: all of these steps are statements
        return run.run(step.name, **step.params)

    drive(announce_steps(*named_ids(pairs, relations)), do)
    drive(join_steps(pairs=pairs, relations=relations, scale=scale), do)


def announce_steps(users: Sequence[str], videos: Sequence[str]) -> Steps[None]:
    """Create those of some ids, ascending, that are not in the graph."""
    if users:
        yield from write("announce_users", ids=users)
    if videos:
        yield from write("announce_videos", ids=videos)


def join_steps(
    *,
    pairs: Sequence[Mapping[str, Any]],
    relations: Mapping[str, Sequence[Mapping[str, Any]]],
    scale: Mapping[str, Any],
) -> Steps[None]:
    """Join pairs and relations, whose ids are announced, into their edges.

    ``pairs``: ``{userId, videoId, facts}``, one row a pair, facts in camelCase without None
    (:func:`pair_row`). ``relations``: rows by statement name, as ``contentgraph.graph.relations`` folds them.
    ``scale``: the five weights and two thresholds that flags and points are derived with.
    """
    if pairs:
        rows = sorted(pairs, key=lambda row: (row["userId"], row["videoId"]))
        yield from write("merge_engaged", rows=rows, scale=dict(scale))
    for name in RELATIONS:
        if relations.get(name):
            yield from write(name, rows=list(relations[name]))


def pair_row(user_id: str, video_id: str, facts: Mapping[str, object]) -> dict[str, object]:
    """A row of ``merge_engaged``: fact names in camelCase, facts that never happened left out.

    >>> pair_row('u1', 'v1', {'first_at': 5, 'view1_ms': 9, 'event1_id': None})
    {'userId': 'u1', 'videoId': 'v1', 'facts': {'firstAt': 5, 'view1Ms': 9}}
    """
    told = {camel(name): value for name, value in facts.items() if value is not None}
    return {"userId": user_id, "videoId": video_id, "facts": told}


def camel(name: str) -> str:
    """A Python field's name as a property's.

    >>> camel('first_completion_at')
    'firstCompletionAt'
    """
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
