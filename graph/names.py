"""Ids as two arrays, so that they can stay in a memory-mapped file: a `Vocabulary` that takes no time to open."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ends = npt.NDArray[np.int64]

REMEMBERED = 200_000
"""So many texts are kept decoded."""


def packed(texts: Iterable[str]) -> tuple[Bytes, Ends]:
    """Texts as UTF-8 one after the other, and where each ends: uint8 and int64 arrays."""
    pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([0, *map(len, pieces)], dtype=np.int64)[1:]
    return np.frombuffer(b"".join(pieces), dtype=np.uint8), ends


class Names:
    """Texts by index; where they are distinct and ascending, indices by text too.

    The order of code points is that of UTF-8 bytes, so a look-up compares bytes.

    >>> names = Names(*packed(['a', 'é', '😀']))
    >>> names[1], names.index('😀'), names.index('b')
    ('é', 2, -1)
    """

    __slots__ = ("_bytes", "_ends", "_read")

    def __init__(self, texts: Bytes, ends: Ends) -> None:
        self._bytes = np.ascontiguousarray(texts).data.cast("B")
        self._ends = np.ascontiguousarray(ends).data.cast("B").cast("q")
        self._read: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, place: int) -> str:
        text = self._read.get(place)
        if text is None:
            if len(self._read) >= REMEMBERED:
                self._read.clear()
            text = self._read[place] = self._raw(place).decode("utf-8", "surrogatepass")
        return text

    def index(self, name: str) -> int:
        """The index of ``name``, -1 where it is none of them. Needs ascending names."""
        wanted = name.encode("utf-8", "surrogatepass")
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self._ends) and self._raw(low) == wanted else -1

    def some(self, places: Sequence[int]) -> list[str]:
        """The texts at some places."""
        return [self[place] for place in places]

    def _raw(self, place: int) -> bytes:
        return bytes(self._bytes[self._ends[place - 1] if place else 0 : self._ends[place]])
