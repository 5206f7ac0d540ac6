"""Which videos carry which entities, as lists by video: one look-up for pulses, trends and their reach."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.integer]
Whole = npt.NDArray[np.int64]


class Carried(NamedTuple):
    """The entities of each video one after the other."""

    first: Whole
    """[videos + 1] where the entities of each video begin in ``entity``."""
    entity: Index

    def of(self, video: Index) -> tuple[Whole, Index]:
        """For each row of ``video`` and each entity it carries: (row, entity)."""
        counts = self.first[video + 1] - self.first[video]
        row = np.repeat(np.arange(video.size, dtype=np.int64), counts)
        within = np.arange(row.size, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        return row, self.entity[self.first[video][row] + within]


def carried(entity: Index, video: Index, videos: int) -> Carried:
    """``entity[k]`` is carried by ``video[k]``; the entities of a video keep their order."""
    by_video = np.argsort(video, kind="stable")
    return Carried(np.searchsorted(video[by_video], np.arange(videos + 1)), entity[by_video])
