"""Names of topics: the hashtags and words that tell one community of videos from all others.

    telling(w, C) = n_wC · ln( (n_wC / n_C) / (n_w / n) ),    n: videos, of C, with w

where videos of at least `SPREAD` creators in C have w, so that nobody's own tag or name becomes a topic's; those that
are no more frequent than elsewhere tell nothing. The form is that of the pointwise Kullback–Leibler divergence
(Tomokiyo and Hurst, ACL 2003 Workshop on Multiword Expressions).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SPREAD = 3
"""Creators."""
TAGS = 3
WORDS = 5
"""Of each, those that tell most."""
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Name:
    """What a topic is called."""

    name: str
    """Its hashtags, else its words; `UNNAMED` where none tells."""
    hashtags: tuple[str, ...]
    words: tuple[str, ...]


def named(
    community: npt.NDArray[np.int64],
    hashtags: Sequence[Mapping[str, int]],
    words: Sequence[Mapping[str, int]],
    creator: npt.NDArray[np.int64],
) -> list[Name]:
    """A name for each community; all four by video, creator -1 where it is unknown, each another one then."""
    maker = np.where(creator >= 0, creator, -1 - np.arange(creator.size))
    tags, terms = (_telling(community, told, maker, most) for told, most in ((hashtags, TAGS), (words, WORDS)))
    return [
        Name(" ".join(f"#{tag}" for tag in own) or " ".join(said[:TAGS]) or UNNAMED, own, said)
        for own, said in zip(tags, terms, strict=True)
    ]


def _telling(
    community: npt.NDArray[np.int64], told: Sequence[Mapping[str, int]], maker: npt.NDArray[np.int64], most: int
) -> list[tuple[str, ...]]:
    size = int(community.max(initial=-1)) + 1
    members = np.bincount(community, minlength=size)
    everywhere: Counter[str] = Counter()
    inside: list[Counter[str]] = [Counter() for _ in range(size)]
    for number, own in zip(community.tolist(), told, strict=True):
        everywhere.update(own.keys())
        inside[number].update(own.keys())
    makers: list[dict[str, set[int]]] = [
        {name: set() for name, count in counts.items() if count >= SPREAD} for counts in inside
    ]
    for number, own, who in zip(community.tolist(), told, maker.tolist(), strict=True):
        for name in own.keys() & makers[number].keys():
            makers[number][name].add(who)
    found: list[tuple[str, ...]] = []
    for number, counts in enumerate(inside):
        value = {
            name: count * math.log(count / members[number] * community.size / everywhere[name])
            for name, count in counts.items()
            if len(makers[number].get(name, ())) >= SPREAD
        }
        best = sorted((name for name, weight in value.items() if weight > 0.0), key=lambda name: (-value[name], name))
        found.append(tuple(best[:most]))
    return found


def centres(topic: npt.NDArray[np.integer], place: npt.NDArray[np.float64], topics: int) -> npt.NDArray[np.float64]:
    """[topics × dims] the middle of each topic, of length 1; zeros where no video of it has a place.

    ``topic``, ``place``: of each video its topic and its place among tastes, zeros where there is none.
    """
    found = np.zeros((topics, place.shape[1]))
    np.add.at(found, topic, place)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(np.divide(found, length, out=np.zeros_like(found), where=length > 0.0))
