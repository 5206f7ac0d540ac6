"""Rates and distributions of the generated platform, fitted to real logs; ``docs/sample.md`` shows the fit.

Watching (completion, rewatch, watched/duration, duration, hour, weekday) follows KuaiRand-27K (CC BY-SA 4.0), an
excerpt that holds only liked or hated rows: so its like rate is a selection and is *not* fitted. Likes, shares and
comments a view, hashtags and sounds a video follow two public collections of TikTok videos (2020, 2025).
All numbers here are summaries of those data; none of the data is in this package.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _table(*rows: tuple[float, ...]) -> Floats:
    return np.array(rows, dtype=np.float64)


DURATION_Q: Final = np.array([0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1])
DURATION_MS: Final = np.array([5000, 6000, 7033, 7533, 9876, 16783, 46925, 113600, 176208, 328125, 600000])
"""Quantiles of video duration at :data:`DURATION_Q`, milliseconds; the two ends are set, not fitted."""

BUCKET_EDGES_MS: Final = np.array([8000, 12000, 20000, 40000, 70000, 120000])
"""Inner edges of the seven duration buckets: bucket b holds edge[b-1] <= duration < edge[b]."""
BUCKET_MID_MS: Final = np.array([7038, 9723, 15001, 28413, 54156, 88664, 198728])
"""Geometric mean duration of each bucket."""
COMPLETION_RATE: Final = np.array([0.563, 0.489, 0.501, 0.531, 0.409, 0.294, 0.171])
"""Share of views with watched/duration >= 0.9, by duration bucket (all: 45 %)."""
REWATCH_GIVEN_COMPLETION: Final = np.array([0.471, 0.433, 0.361, 0.196, 0.056, 0.041, 0.014])
"""Share of those with watched/duration >= 1.5, by duration bucket (of all views: 14 %)."""

RATIO_Q: Final = np.array([0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1])
RATIO_INCOMPLETE: Final = _table(
    (0.0, 0.043, 0.150, 0.285, 0.480, 0.702, 0.815, 0.857, 0.891, 0.8995),
    (0.0, 0.047, 0.121, 0.230, 0.412, 0.657, 0.807, 0.850, 0.889, 0.8995),
    (0.0, 0.025, 0.078, 0.163, 0.320, 0.608, 0.788, 0.849, 0.890, 0.8995),
    (0.0, 0.015, 0.042, 0.096, 0.236, 0.589, 0.802, 0.857, 0.891, 0.8995),
    (0.0, 0.001, 0.015, 0.047, 0.132, 0.461, 0.733, 0.828, 0.887, 0.8995),
    (0.0, 0.001, 0.015, 0.036, 0.121, 0.469, 0.721, 0.821, 0.887, 0.8995),
    (0.0, 0.001, 0.006, 0.016, 0.064, 0.289, 0.609, 0.760, 0.865, 0.8995),
)
RATIO_COMPLETE: Final = _table(
    (0.9005, 0.928, 0.957, 1.028, 1.127, 1.237, 1.364, 1.430, 1.485, 1.4995),
    (0.9005, 0.927, 0.952, 1.023, 1.108, 1.225, 1.350, 1.419, 1.487, 1.4995),
    (0.9005, 0.925, 0.949, 1.019, 1.093, 1.218, 1.349, 1.414, 1.480, 1.4995),
    (0.9005, 0.927, 0.949, 1.008, 1.050, 1.147, 1.303, 1.392, 1.485, 1.4995),
    (0.9005, 0.935, 0.960, 0.992, 1.024, 1.076, 1.211, 1.328, 1.474, 1.4995),
    (0.9005, 0.926, 0.947, 0.989, 1.016, 1.055, 1.160, 1.239, 1.406, 1.4995),
    (0.9005, 0.916, 0.931, 0.980, 1.004, 1.023, 1.069, 1.134, 1.252, 1.4995),
)
RATIO_REWATCH: Final = _table(
    (1.5005, 1.56, 1.62, 1.81, 2.16, 3.14, 4.59, 6.04, 9.38, 17.4),
    (1.5005, 1.56, 1.63, 1.81, 2.13, 3.00, 4.26, 5.48, 10.75, 27.8),
    (1.5005, 1.56, 1.61, 1.77, 2.00, 2.42, 3.15, 3.88, 5.83, 9.07),
    (1.5005, 1.54, 1.57, 1.69, 1.92, 2.16, 2.96, 3.44, 6.84, 21.1),
    (1.5005, 1.55, 1.58, 1.65, 1.83, 2.01, 2.17, 2.52, 5.00, 9.57),
    (1.5005, 1.52, 1.54, 1.61, 1.84, 2.05, 2.42, 2.63, 4.25, 4.97),
    (1.5005, 1.52, 1.53, 1.58, 1.76, 2.08, 2.66, 3.14, 3.52, 3.61),
)
"""Quantiles at :data:`RATIO_Q` of watched/duration among incomplete, completed and rewatched views, a row a bucket."""

HOUR_WEIGHT: Final = np.array(
    [35, 19, 9, 6, 5, 7, 17, 28, 34, 40, 45, 52, 68, 60, 42, 41, 50, 61, 63, 63, 61, 67, 71, 56], dtype=np.float64
)
"""Views by local hour of day, in thousandths."""
WEEKDAY_WEIGHT: Final = np.array([0.92, 0.89, 0.88, 0.84, 0.99, 1.36, 1.16])
"""Views by local weekday, Monday first, mean about 1."""

LIKE_RATE: Final = 0.060
"""Likes a view: the mean over the 2025 videos (2020: .099, a collection of trending ones)."""
SHARE_RATE: Final = 0.0079
"""Shares a view, likewise (2020: .0022)."""
COMMENT_RATE: Final = 0.0018
"""Comments a view: between 2025 (.0013) and 2020 (.0024)."""
LIKE_SPREAD: Final = 0.85
SHARE_SPREAD: Final = 1.5
COMMENT_SPREAD: Final = 1.1
"""Standard deviation over videos of the log of each rate, net of what taste and chance add."""

HASHTAG_COUNT: Final = np.array(
    [0.200, 0.112, 0.112, 0.113, 0.114, 0.086, 0.067, 0.050, 0.039, 0.028, 0.022, 0.018, 0.013, 0.010, 0.008, 0.008]
)
"""Share of videos with 0, 1, 2 … 15 different hashtags: three parts of 2025, one part of 2020."""
GENERIC_TAG_SHARE: Final = 0.30
"""Hashtag uses that say nothing of the video (fyp, foryou, viral …)."""
RARE_TAG_SHARE: Final = 0.24
"""Hashtag uses of the long tail, a word and a number: most distinct tags occur once."""
ORIGINAL_SOUND_SHARE: Final = 0.50
"""Videos with a sound of their own: between 2025 (.40) and 2020 (.75)."""
NO_SOUND_SHARE: Final = 0.015
"""Videos without a sound (2025)."""
