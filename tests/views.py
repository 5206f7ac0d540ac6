"""Parts of a log of views."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from contentgraph.graph.worth import Views


def some(views: Views, kept: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Views:
    """The same of some pairs: those that are kept, or those of these rows."""
    weight = None if views.weight is None else views.weight[kept]
    return replace(
        views, user=views.user[kept], video=views.video[kept], points=views.points[kept], foreign=views.foreign[kept],
        weight=weight,
    )  # fmt: skip
