"""Names of topics: the hashtags and words that tell one community of videos from all others.

    telling(w, C) = n_wC · ln( (n_wC / n_C) / (n_w / n) ),    n: videos, of C, with w

where at least `SPREAD` videos of C have w; those that are no more frequent than elsewhere tell nothing. The form is
that of the pointwise Kullback–Leibler divergence (Tomokiyo and Hurst, ACL 2003 Workshop on Multiword Expressions).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SPREAD = 3
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
    community: npt.NDArray[np.int64], hashtags: Sequence[Mapping[str, int]], words: Sequence[Mapping[str, int]]
) -> list[Name]:
    """A name for each community; all three by video."""
    tags, terms = (_telling(community, told, most) for told, most in ((hashtags, TAGS), (words, WORDS)))
    return [
        Name(" ".join(f"#{tag}" for tag in own) or " ".join(said[:TAGS]) or UNNAMED, own, said)
        for own, said in zip(tags, terms, strict=True)
    ]


def _telling(community: npt.NDArray[np.int64], told: Sequence[Mapping[str, int]], most: int) -> list[tuple[str, ...]]:
    size = int(community.max(initial=-1)) + 1
    members = np.bincount(community, minlength=size)
    everywhere: Counter[str] = Counter()
    inside: list[Counter[str]] = [Counter() for _ in range(size)]
    for number, own in zip(community.tolist(), told, strict=True):
        everywhere.update(own.keys())
        inside[number].update(own.keys())
    found: list[tuple[str, ...]] = []
    for number, counts in enumerate(inside):
        value = {
            name: count * math.log(count / members[number] * community.size / everywhere[name])
            for name, count in counts.items()
            if count >= SPREAD
        }
        best = sorted((name for name, weight in value.items() if weight > 0.0), key=lambda name: (-value[name], name))
        found.append(tuple(best[:most]))
    return found
