"""How a challenge spread: who joined after whom, in which generation, across which communities and countries.

The spread tree gives each creator but the origin at most one parent, another creator who had joined before: of the
remixed video, else of the challenge's video that she watched last before she joined, else whom she follows and who
joined last before her. Who has none of these came by herself: a root of generation 0, as the origin.

Communities are found by label propagation over who follows whom and who watched whom (Cordasco & Gargano, "Community
detection via semi-synchronous label propagation algorithms", 2010, doi:10.1109/BASNA.2010.5730298): without chance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from contentgraph.graph.durations import HOUR_MS

RECENT_HOURS = 6
"""Acceleration compares so many hours with as many before."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A creator's first video in the challenge."""

    creator: str
    video: str
    at: int
    """Epoch ms."""
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One creator in the spread tree."""

    creator: str
    video: str
    at: int
    parent: str | None
    """The creator who showed it to her; None for a root."""
    how: str
    """remixed, watched, follows; origin, or alone, of a root."""
    generation: int
    """Steps from a root; 0 for a root."""
    country: str | None
    language: str | None
    community: int
    """0, 1, … by size, the greatest first."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """How one challenge spread."""

    origin: str | None
    """Who joined first; None where nobody did."""
    first_followers: tuple[str, ...]
    """Up to ten who joined from the origin, in the order in which they did."""
    steps: tuple[Step, ...]
    """In the order of joining."""
    hours: Mapping[int, int]
    """Start of the hour, epoch ms → creators who joined in it; silent hours left out."""
    acceleration: float
    """New creators an hour in the last 6 hours up to ``until``, less those in the 6 before, over 6 hours; an hour²."""
    generations: tuple[int, ...]
    """Creators by generation."""
    communities: int
    communities_crossed: int
    """Steps from one community to another."""
    countries_crossed: Mapping[tuple[str, str], int]
    """(from, to) → steps; where both are known and differ."""


def lineage(
    joined: Iterable[Joined],
    *,
    watched: Iterable[tuple[str, str, int]] = (),
    follows: Iterable[tuple[str, str]] = (),
    remixes: Iterable[tuple[str, str]] = (),
    until: int | None = None,
) -> Lineage:
    """The lineage of a challenge.

    Parameters:
        joined: videos of the challenge; of each creator the earliest counts (at equal times the smaller id).
        watched: (creator, video of the challenge, epoch ms): what participants watched of each other.
        follows: (follower, followed) among participants.
        remixes: (video, the video it remixes) among the challenge's.
        until: epoch ms up to which acceleration is told; the last join unless given.
    """
    videos: dict[str, Joined] = {}
    first: dict[str, Joined] = {}
    for one in sorted(joined, key=lambda each: (each.at, each.video, each.creator)):
        videos.setdefault(one.video, one)
        first.setdefault(one.creator, one)
    order = sorted(first.values(), key=lambda each: (each.at, each.creator))
    seen = [(who, videos[video].creator, at) for who, video, at in watched if who in first and video in videos]
    followed = [(who, whom) for who, whom in follows if who in first and whom in first and who != whom]
    parents = _parents(first, videos, seen, followed, dict(remixes))
    group = _communities(order, seen, followed)
    steps: dict[str, Step] = {}
    for place, one in enumerate(order):
        parent, how = parents.get(one.creator, (None, "origin" if place == 0 else "alone"))
        depth = steps[parent].generation + 1 if parent is not None else 0
        steps[one.creator] = Step(
            one.creator, one.video, one.at, parent, how, depth, one.country, one.language, group[one.creator]
        )
    return _told(tuple(steps.values()), until)


def _parents(
    first: Mapping[str, Joined],
    videos: Mapping[str, Joined],
    seen: Sequence[tuple[str, str, int]],
    followed: Sequence[tuple[str, str]],
    remixes: Mapping[str, str],
) -> dict[str, tuple[str, str]]:
    """Creator → (parent, how); a parent joined before (at equal times: the smaller id did), so there is no circle."""

    def before(parent: str, creator: str) -> bool:
        return (first[parent].at, parent) < (first[creator].at, creator)

    found: dict[str, tuple[str, str]] = {}
    latest: dict[str, tuple[int, str]] = {}
    for who, whom in followed:
        if before(whom, who):
            latest[who] = max(latest.get(who, (0, "")), (first[whom].at, whom))
    found |= {who: (whom, "follows") for who, (_, whom) in latest.items()}
    latest = {}
    for who, whom, at in seen:
        if who != whom and at <= first[who].at and before(whom, who):
            latest[who] = max(latest.get(who, (0, "")), (at, whom))
    found |= {who: (whom, "watched") for who, (_, whom) in latest.items()}
    for who, one in first.items():
        source = videos.get(remixes.get(one.video, ""))
        if source is not None and source.creator != who and before(source.creator, who):
            found[who] = (source.creator, "remixed")
    return found


def _communities(
    order: Sequence[Joined], seen: Sequence[tuple[str, str, int]], followed: Sequence[tuple[str, str]]
) -> dict[str, int]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(one.creator for one in order)
    known = {(who, whom) for who, whom, _ in seen} | set(followed)
    graph.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in known if a != b}))
    found = sorted(
        (sorted(each) for each in nx.community.label_propagation_communities(graph)), key=lambda x: (-len(x), x)
    )
    return {creator: place for place, members in enumerate(found) for creator in members}


def _told(steps: tuple[Step, ...], until: int | None) -> Lineage:
    by_name = {step.creator: step for step in steps}
    tree = [(by_name[step.parent], step) for step in steps if step.parent is not None]
    end = until if until is not None else max((step.at for step in steps), default=0) + 1
    span = RECENT_HOURS * HOUR_MS
    late = sum(end - span <= step.at < end for step in steps)
    early = sum(end - 2 * span <= step.at < end - span for step in steps)
    depth = Counter(step.generation for step in steps)
    origin = steps[0].creator if steps else None
    countries = Counter((a.country, b.country) for a, b in tree if a.country and b.country and a.country != b.country)
    return Lineage(
        origin=origin,
        first_followers=tuple(step.creator for step in steps if step.parent == origin is not None)[:10],
        steps=steps,
        hours=dict(sorted(Counter(step.at // HOUR_MS * HOUR_MS for step in steps).items())),
        acceleration=(late - early) / RECENT_HOURS / RECENT_HOURS,
        generations=tuple(depth[generation] for generation in range(len(depth))),
        communities=len({step.community for step in steps}),
        communities_crossed=sum(a.community != b.community for a, b in tree),
        countries_crossed=dict(sorted(countries.items())),
    )


def to_networkx(found: Lineage) -> "nx.DiGraph[str]":
    """The spread tree: parent → child with ``how``; nodes carry the fields of a step. GraphML takes it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for step in found.steps:
        told = {
            "video": step.video, "at": step.at, "generation": step.generation, "community": step.community,
            "country": step.country, "language": step.language, "how": step.how,
        }  # fmt: skip
        graph.add_node(step.creator, **{name: value for name, value in told.items() if value is not None})
    graph.add_edges_from(
        (step.parent, step.creator, {"how": step.how}) for step in found.steps if step.parent is not None
    )
    return graph
