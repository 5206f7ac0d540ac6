"""Hashtags taken apart: the words that a tag is written of, and which tags are spellings of one another.

A tag is split into the words w of greatest  Σ ln p(w),  p from counts of words in the platform's own captions and of
whole tags; a run of n letters that nobody wrote has p = 10/(total · 10ⁿ) (Norvig, "Natural Language Corpus Data", in
Beautiful Data, 2009). A tag that is a word itself is split only where the geometric mean of its words' counts is above
its own (Koehn and Knight, EACL 2003, doi:10.3115/1067807.1067833). Letters and digits are always apart.

A family is held together by the sound of its core: the split words without such as many tags end in (`ENDINGS`),
spelled as they are heard (`heard`): #dance, #danse, #dances and #dancechallenge are one. The tags stay apart; the most
used one is the head that the others are linked to.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from contentgraph.graph.families import skeleton

LONGEST = 24
"""Letters of a word within a tag."""
ENDINGS = frozenset(
    {"challenge", "chalenge", "challenges", "tok", "tiktok", "trend", "trends", "viral", "official", "video", "videos"}
)
"""Words that make a tag one of its kind, and no other story."""
SHORTEST = 4
"""Letters of a core from which on two spellings may be one; shorter ones must be spelled alike."""

_RUNS = re.compile(r"\d+|[^\d_]+")


class Splitter:
    """Splits tags by what a platform writes; ``counts``: word → how often it was written."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._total = max(sum(counts.values()), 1)
        self._cost = {
            word: math.log(self._total / count) for word, count in counts.items() if count > 0 and len(word) <= LONGEST
        }

    def split(self, tag: str) -> tuple[str, ...]:
        """The words of a tag in normal form, in order; joined they give the tag without connectors.

        >>> Splitter({'dance': 9, 'challenge': 9, 'a': 2}).split('dancechallenge')
        ('dance', 'challenge')
        """
        found: list[str] = []
        for run in _RUNS.findall(tag):
            found += [run] if run.isdecimal() else self._run(run)
        return tuple(found)

    def _run(self, run: str) -> list[str]:
        words = self._parts(run, whole=False)
        own = self._counts.get(run, 0)
        counts = [self._counts.get(word, 0) for word in words]
        if min(counts) > 0 and math.prod(counts) > own ** len(counts):
            return words
        return [run] if own else self._parts(run, whole=True)

    def _parts(self, run: str, *, whole: bool) -> list[str]:
        """The likeliest words; without ``whole``, at least two where there are two letters."""
        # best[i]: least cost of the first i letters, and where its last word begins.
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            first = max(0, end - LONGEST)
            last_starts = range(first + (not whole and first == 0 and end == len(run) > 1), end)
            best.append(min((best[start][0] + self._of(run[start:end]), start) for start in last_starts))
        words: list[str] = []
        end = len(run)
        while end > 0:
            start = best[end][1]
            words.append(run[start:end])
            end = start
        return words[::-1]

    def _of(self, word: str) -> float:
        known = self._cost.get(word)
        if known is not None:
            return known
        return math.log(self._total / 10.0) + len(word) * math.log(10.0)


def heard(word: str) -> str:
    """A Latin word as it is heard, roughly; of other scripts as it is written, folded.

    >>> heard('dance') == heard('danse') == heard('dances')
    True
    >>> heard('dance') == heard('lance')
    False
    """
    plain = skeleton(word)
    if not plain.isascii():
        return plain
    for written, sound in (("ph", "f"), ("qu", "k"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("z", "s"),
                           ("c", "k"), ("q", "k"), ("y", "i")):  # fmt: skip
        plain = plain.replace(written, sound)
    return plain[:-1] if len(plain) > SHORTEST and plain.endswith("e") else plain


def core(words: Sequence[str]) -> str:
    """What a tag is about: its words without endings of many tags, as heard; all of it where nothing remains."""
    kept = [word for word in words if word not in ENDINGS] or list(words)
    joined = "".join(kept)
    sound = heard(joined)
    return sound if len(sound) >= SHORTEST else unicodedata.normalize("NFKC", joined)


def heads(tags: Mapping[str, int], splitter: Splitter) -> dict[str, str]:
    """Tag → the most used tag of its family, of tags that are not their own head; ``tags``: tag → videos that carry it.

    Of equally used ones the smaller name is the head.
    """
    families: dict[str, list[str]] = {}
    for tag in sorted(tags):
        families.setdefault(core(splitter.split(tag)), []).append(tag)
    found: dict[str, str] = {}
    for family in families.values():
        head = min(family, key=lambda tag: (-tags[tag], tag))
        found.update((tag, head) for tag in family if tag != head)
    return found
