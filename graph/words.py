"""Words and emoji of texts as sparse vectors, in any script.

A word is a run of letters, marks and digits, case-folded NFKC, of two characters or more; where a script is written
without blanks (Han, Kana, Thai, Lao, Khmer, Burmese) each two neighbouring characters are one. An emoji is a word.

    weight of word w in text t = (1 + ln n_tw) · ln(texts / texts with w),   rows of length 1
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse

LONGEST = 40
"""Characters of a word; longer runs are none."""
MOST = 200
"""Words that are kept of one text, the first."""
COMMON = 0.2
"""A word that this share of the texts has says nothing."""

_RUN = re.compile(
    r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
    r"\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b82\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3b-\u0d4d\u0e31-\u0e4e]"
    r"|[’'](?=[^\W_]))*"
)
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def words_of(text: str) -> Counter[str]:
    """Word or emoji → how often it stands in ``text``; of the first `MOST`.

    >>> sorted(words_of('Dance, DANCE 😋 with me'))
    ['dance', 'me', 'with', '😋']
    >>> sorted(words_of('東京タワー'))
    ['タワ', 'ワー', '京タ', '東京']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    for match in _RUN.finditer(folded):
        run = match[0]
        if any(map(_unspaced, run)):
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        elif 2 <= len(run) <= LONGEST and not run.isdecimal():
            found.append(run)
        if len(found) >= MOST:
            break
    found += [character for character in folded if unicodedata.category(character) == "So" and character > "⌀"]
    return Counter(found[:MOST])


@lru_cache(maxsize=8192)
def _unspaced(character: str) -> bool:
    return not character.isascii() and unicodedata.name(character, "").startswith(_UNSPACED)


def word_vectors(texts: Sequence[Mapping[str, int]]) -> tuple["sparse.csr_matrix", list[str]]:
    """[texts × words] weights, rows of length 1 or 0, and the words, ascending.

    Words of a single text, and of more than `COMMON` of twenty texts or more, say nothing and are left out.
    """
    spread: Counter[str] = Counter()
    for told in texts:
        spread.update(told.keys())
    most = max(COMMON * len(texts), 4.0)
    names = sorted(word for word, count in spread.items() if 2 <= count <= most)
    place = {word: column for column, word in enumerate(names)}
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    for number, told in enumerate(texts):
        for word, count in told.items():
            if word in place:
                row.append(number)
                column.append(place[word])
                value.append((1.0 + np.log(count)) * np.log(len(texts) / spread[word]))
    matrix = sparse.csr_matrix((value, (row, column)), shape=(len(texts), len(names)), dtype=np.float64)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    unit = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0.0)
    scaled: sparse.csr_matrix = (sparse.diags(unit) @ matrix).tocsr()
    scaled.sort_indices()
    return scaled, names
