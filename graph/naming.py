"""Where a text names somebody: a mention, or her id as it stands; and the text without that.

A mention is @ and an id. An id that stands by itself is one where it cannot be a word or a number: it has letters and a
digit, or an underscore, or nine digits or more. So of who is called ``anna`` or ``12`` mentions go, and words stay.
"""

import re
from collections.abc import Callable

from contentgraph.graph.captions import decode_escapes, replace_mentions

BLANK = "@…"
"""What stands for a mention of somebody who was erased; it is no mention."""
GAP = "…"
"""What stands for her id by itself."""
LONG_NUMBER = 9
"""A number of so many digits is an id."""

_RUN = re.compile(r"[^\s\"',:;{}\[\]()@＠#＃…]+")
_WORD = re.compile(r"\w+")
_ENDS = ".!?-"


def telling(name: str) -> bool:
    """Whether an id that stands by itself is no word and no number.

    >>> [telling(name) for name in ('u1', 'ana_b', '6812345678', 'anna', '12', 't-shirt')]
    [True, True, True, False, False, False]
    """
    if "_" in name:
        return True
    digits = sum(map(str.isdigit, name))
    if digits == len(name):
        return digits >= LONG_NUMBER
    return digits > 0 and any(map(str.isalpha, name))


def without_names(text: str, gone: Callable[[str], bool]) -> str:
    """``text`` without mentions of those who are ``gone``, and without their ids; untouched where it has neither.

    >>> without_names('with @ana_b and ana_b, not ana_bc', 'ana_b'.__eq__)
    'with @… and …, not ana_bc'
    """

    def word(match: re.Match[str]) -> str:
        return GAP if telling(match[0]) and gone(match[0]) else match[0]

    def run(match: re.Match[str]) -> str:
        whole = match[0]
        bare = whole.strip(_ENDS)
        if telling(bare) and gone(bare):
            return whole.replace(bare, GAP, 1)
        return _WORD.sub(word, whole)

    plain = decode_escapes(text)
    found = _RUN.sub(run, replace_mentions(plain, gone, BLANK))
    return text if found == plain else found
