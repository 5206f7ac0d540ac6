"""The one seam between ids (text) and indices (0, 1, …); past it only integers and arrays."""

from collections.abc import Iterable
from itertools import repeat
from typing import Literal

import numpy as np
import numpy.typing as npt

from contentgraph.errors import NotFound, UsageError

Ids = Iterable[str]
IndexArray = npt.NDArray[np.int32]


class Vocabulary:
    """Distinct ids in ascending order (by code point); the index of an id is its place.

    Built from the same set of ids in any order, the indices are the same: everything that breaks ties by index
    breaks them by id.
    """

    __slots__ = ("_ids", "_places")

    def __init__(self, ids: Ids) -> None:
        self._ids: list[str] = sorted(set(ids))
        self._places: dict[str, int] = {name: place for place, name in enumerate(self._ids)}

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._ids == other._ids

    __hash__ = None  # type: ignore[assignment]  # a vocabulary is compared by content and kept nowhere by key

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} ids)"

    def index(self, ids: Ids, missing: Literal["error", "negative"] = "error") -> IndexArray:
        """Indices of ids, int32, in their order; an unknown id is -1 with ``missing="negative"``.

        Raises:
            NotFound: an unknown id, and ``missing`` is "error".
            UsageError: ``missing`` is neither.
        """
        if missing == "negative":
            return np.fromiter(map(self._places.get, ids, repeat(-1)), dtype=np.int32)
        if missing != "error":
            raise UsageError(f"missing is {missing!r}; give 'error' or 'negative'.")
        try:
            return np.fromiter(map(self._places.__getitem__, ids), dtype=np.int32)
        except KeyError as unknown:
            raise NotFound(
                f"{unknown.args[0]!r} is not one of the {len(self)} known ids; load it, or pass missing='negative'."
            ) from None

    def ids(self, indices: npt.NDArray[np.integer] | None = None) -> list[str]:
        """Ids of indices, in their order; of all indices without an argument.

        Raises:
            UsageError: an index below 0 or not below ``len(self)``.
        """
        if indices is None:
            return list(self._ids)
        places = np.asarray(indices)
        if places.size and (int(places.min()) < 0 or int(places.max()) >= len(self)):
            wrong = int(places.min()) if int(places.min()) < 0 else int(places.max())
            raise UsageError(f"Index {wrong} has no id; give 0 to {len(self) - 1}.")
        names = self._ids
        return [names[place] for place in places.tolist()]
