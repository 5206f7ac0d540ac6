"""One entry a family and creator: near-equal tags, and what one creator's videos carry, take one place of a list.

Two tags are of one family where they read alike (:func:`skeleton`), or where the people of the one came through the
same videos as those of the other: shared over all of both (Jaccard) is ``ALIKE`` or more. An entity is a creator's own
where that creator's videos brought more than ``OWN`` of its people.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ALIKE = 0.5
"""Jaccard similarity, weighted by people, from which two tags are one story."""
OWN = 0.5
"""Share of an entity's people, above which one creator's videos are the reason."""

_MARKED = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW"})
"""Scripts in whose words a mark is a way of writing; elsewhere it is a vowel or another consonant."""
_REPEATS = re.compile(r"(.)\1+")
_ENDINGS = re.compile(r"(?<=..)(?:s|20\d\d|\d{1,2})$")


def skeleton(tag: str) -> str:
    """What near-equal spellings share: no marks, no signs, no repeats, no plural s, no number or year at the end.

    Marks stay in scripts whose words they make (Indic, Thai, kana, …), and a number that is all there is.

    >>> {skeleton(tag) for tag in ('DanceChallenge', 'dance_challenge2026', 'dancechallenges', 'dançechallengee')}
    {'dancechalenge'}
    """
    kept, marked = [], False
    for letter in unicodedata.normalize("NFKD", tag.casefold()):
        if letter.isalnum():
            marked = unicodedata.name(letter, "").partition(" ")[0] in _MARKED
            kept.append(letter)
        elif not marked and unicodedata.category(letter).startswith("M"):
            kept.append(letter)
    plain = unicodedata.normalize("NFC", "".join(kept))
    return _REPEATS.sub(r"\1", plain if plain.isdecimal() else _ENDINGS.sub("", plain)) or tag


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of one entity that trends."""

    name: str
    videos: Mapping[int, int] = field(repr=False)
    """Video → people whom it brought in the window."""
    creator: int | None
    """The creator whose own it is, if there is one."""


def majority(people: Mapping[int, int]) -> int | None:
    """Whoever brought more than ``OWN`` of all; ``people``: creator → people whom her videos brought.

    >>> majority({1: 6, 2: 3}), majority({1: 5, 2: 5})
    (1, None)
    """
    total = sum(people.values())
    best = max(people, key=lambda creator: (people[creator], -creator), default=None)
    return best if best is not None and people[best] > OWN * total else None


def overlap(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """Σ min / Σ max over the videos of both, 0 … 1; 0 where both are empty."""
    keys = one.keys() | other.keys()
    most = sum(max(one.get(key, 0), other.get(key, 0)) for key in keys)
    return sum(min(one.get(key, 0), other.get(key, 0)) for key in keys) / most if most else 0.0


def heads(found: Sequence[Candidate], tags: bool, limit: int) -> list[tuple[int, list[int]]]:
    """The entries of a list, best first: (place of the head, places of those it stands for), at most ``limit``.

    ``found`` is in the order of the list; ``tags``: names are spellings, so that near-equal ones are a family.
    """
    kept: list[tuple[int, list[int]]] = []
    by_spelling: dict[str, list[int]] = {}
    by_creator: dict[int, list[int]] = {}
    for place, one in enumerate(found):
        family = by_spelling.get(skeleton(one.name)) if tags else None
        if family is None and one.creator is not None:
            family = by_creator.get(one.creator)
        if family is None and tags:
            alike = (members for head, members in kept if overlap(found[head].videos, one.videos) >= ALIKE)
            family = next(alike, None)
        if family is not None:
            family.append(place)
            continue
        if len(kept) == limit:
            continue
        members: list[int] = []
        kept.append((place, members))
        if tags:
            by_spelling[skeleton(one.name)] = members
        if one.creator is not None:
            by_creator[one.creator] = members
    return kept
