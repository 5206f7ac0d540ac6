"""Why this video: the steps that led to it, as sentences that are true to the numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contentgraph.errors import UsageError
from contentgraph.graph.sentences import Step, speaker

ACTS = ("rewatched", "completed", "shared", "commented", "liked", "watched")
"""What a viewer did with the videos that led here, as :attr:`Via.your`; "follow" is the other value."""
UNNUMBERED = ("trending", "local", "popular", "fresh")
"""Kinds that no videos of hers lead to."""


@dataclass(frozen=True, slots=True)
class Via:
    """One step that led to a suggestion."""

    source: str
    """Source of the score part: similar, creator, sound, hashtag, challenge, social, trending, local, popular,
    fresh."""
    kind: str
    """What was stepped on: video (by its viewers), alike (a video by what it is), creator, sound, hashtag, challenge,
    social, trending, local, popular or fresh."""
    id: str
    """Its id; empty for social, trending, local, popular and fresh."""
    name: str | None
    """Its title or name, for people to read; for trending and popular: the country, if it is a country's list; for
    local: hers, if it was made there."""
    weight: float
    """Its share of the suggestion's score, more than 0."""
    your: str
    """What the viewer did with the videos counted: one of ACTS, or "follow"; for social: what others did with this."""
    count: int
    """How many of her videos, or for social of the people; 0 where it is not a matter of numbers."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence and what it weighs."""

    source: str
    """The score part it explains."""
    part: float
    """How much of the score, in the score's unit."""
    sentence: str
    """Lower case, without a full stop."""


def reasons(vias: Iterable[Via], language: str = "en") -> list[Reason]:
    """One reason per thing stepped on (all similar videos are one), heaviest first, equal ones by sentence.

    The parts of a source's reasons add up to the weights of its vias; steps of weight 0 or less are left out.
    ``language``: one of `contentgraph.graph.sentences.LANGUAGES`.

    Raises:
        UsageError: a kind, an act or a language that is not known, or a step over no video.
    """
    say = speaker(language)
    groups: dict[tuple[str, str, str], list[Via]] = defaultdict(list)
    for via in vias:
        if via.your not in ACTS and via.your != "follow" and via.kind not in UNNUMBERED:
            raise UsageError(f"A step of a suggestion says {via.your!r}; known are follow and {', '.join(ACTS)}.")
        if via.count < 1 and via.your != "follow" and via.kind not in UNNUMBERED:
            raise UsageError(f"A step over the {via.kind} {via.id!r} counts {via.count!r} videos; give 1 or more.")
        if via.weight > 0.0:
            groups[via.source, via.kind, "" if via.kind in ("video", "alike") else via.id].append(via)
    found = [
        Reason(source, sum(via.weight for via in group), say(_step(kind, group)))
        for (source, kind, _), group in groups.items()
    ]
    return sorted(found, key=lambda reason: (-reason.part, reason.sentence))


def vias(rows: Iterable[Mapping[str, Any]]) -> list[Via]:
    """The ``via`` column of the suggest statement as steps.

    Rows are ``{source, part, steps: [{id, act, part, alike}]}`` for similar videos, ``{source, part, id, name, acts:
    [act]}`` for entities (an act per video of hers that has the entity, or "followed"), ``{source, part, acts}`` for
    social proof (an act per person) and ``{source, part}`` for the rest. A part is shared out over its acts by their
    number. Of similar videos only those count that somebody watched beside this one, if there are any; ``alike`` marks
    the others.
    """
    found: list[Via] = []
    for row in rows:
        source, part = str(row["source"]), float(row["part"])
        if row.get("steps") is not None:
            watched = [step for step in row["steps"] if not step.get("alike")]
            steps, kind = (watched, "video") if watched else (row["steps"], "alike")
            total = sum(float(step["part"]) for step in steps)
            unit = part / total if total > 0.0 else 0.0
            found += [
                Via(source, kind, str(step["id"]), None, float(step["part"]) * unit, str(step["act"]), 1)
                for step in steps
            ]
        elif row.get("acts") is not None:
            acts = Counter("follow" if act == "followed" else str(act) for act in row["acts"])
            found += [
                Via(
                    source,
                    source,
                    str(row.get("id") or ""),
                    row.get("name"),
                    part * count / acts.total(),
                    act,
                    0 if act == "follow" else count,
                )
                for act, count in acts.items()
            ]
        else:
            found.append(Via(source, source, "", row.get("name"), part, "watched", 0))
    return found


def _step(kind: str, group: list[Via]) -> Step:
    """What is to be said of a group: the numbers by act, most first, then by what says most."""
    count: Counter[str] = Counter()
    for via in group:
        count[via.your] += via.count
    acts = sorted((act for act in count if count[act] > 0), key=lambda act: (-count[act], ACTS.index(act)))
    return Step(
        kind=kind,
        name=next((via.name for via in group if via.name), None),
        id=group[0].id,
        acts=tuple((act, count[act]) for act in acts),
        followed=any(via.your == "follow" for via in group),
    )
