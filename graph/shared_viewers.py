"""Which edges lead from a video to one that nobody watched beside it: what is said of them is another thing."""

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled
from contentgraph.graph.edges import Similar
from contentgraph.graph.parts import rows_of


def without_shared_viewers(
    found: Similar, user: npt.NDArray[np.integer], video: npt.NDArray[np.integer], videos: int
) -> npt.NDArray[np.bool_]:
    """[edges] True where no user watched both ends.

    ``user``, ``video``: [pairs] who watched what, in any order. Edges of one row stand together.
    """
    users = int(user.max(initial=-1)) + 1
    told = rows_of(user, video, np.ones(user.size, dtype=np.int8), (users, videos)).T.tocsr()
    apart: npt.NDArray[np.bool_] = _apart(found.row, found.col, told.indptr, told.indices, users)
    return apart


@compiled()
def _apart(row, col, pointer, viewers, users):  # type: ignore[no-untyped-def]  # compiled
    """Marks the viewers of a row's video, then looks for one of them among those of each column's."""
    mark = np.full(users, -1, dtype=np.int32)
    apart = np.ones(row.size, dtype=np.bool_)
    for edge in range(row.size):
        one, other = row[edge], col[edge]
        if edge == 0 or row[edge - 1] != one:
            for at in range(pointer[one], pointer[one + 1]):
                mark[viewers[at]] = one
        for at in range(pointer[other], pointer[other + 1]):
            if mark[viewers[at]] == one:
                apart[edge] = False
                break
    return apart
