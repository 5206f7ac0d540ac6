"""What trends are compared with: Mastodon's rule as it runs, the same over rolling days, and a plain count.

Mastodon (`app/models/trends/tags.rb`, 2026): observed, the accounts since UTC midnight; expected, all of yesterday's,
1 where there was none; score (observed - expected)² / expected, 0 below 5 accounts or where less than expected was
seen. The greatest score is remembered for 2 days and halves each 4 hours; that is what ranks.
"""

import numpy as np

from benchmarks.trends_worlds import Floats

FLOOR, HALF_LIFE_HOURS, MEMORY_HOURS, DAY = 5.0, 4.0, 48, 24


def mastodon(counts: Floats, judged: int) -> Floats:
    """[judged hours × tags] scores of the true rule; column 0 begins at UTC midnight."""
    midnight = np.arange(counts.shape[1]) // DAY * DAY
    total = _running(counts)
    hour = np.arange(counts.shape[1])
    observed = total[:, hour + 1] - total[:, midnight]
    expected = total[:, midnight] - total[:, np.maximum(midnight - DAY, 0)]
    return _remembered(observed, expected, judged)


def mastodon_rolling(counts: Floats, judged: int) -> Floats:
    """The same of the last 24 hours against the 24 before."""
    total = _running(counts)
    end = np.arange(1, counts.shape[1] + 1)
    middle, start = np.maximum(end - DAY, 0), np.maximum(end - 2 * DAY, 0)
    return _remembered(total[:, end] - total[:, middle], total[:, middle] - total[:, start], judged)


def count(counts: Floats, judged: int) -> Floats:
    """Accounts of the last 24 hours."""
    total = _running(counts)
    end = np.arange(counts.shape[1] - judged, counts.shape[1]) + 1
    return np.asarray((total[:, end] - total[:, end - DAY]).T)


def _running(counts: Floats) -> Floats:
    return np.concatenate([np.zeros((counts.shape[0], 1)), np.cumsum(counts, axis=1)], axis=1)


def _remembered(observed: Floats, expected: Floats, judged: int) -> Floats:
    expected = np.where(expected == 0.0, 1.0, expected)
    score = np.where((expected > observed) | (observed < FLOOR), 0.0, (observed - expected) ** 2 / expected)
    tags, hours = score.shape
    best, at = np.zeros(tags), np.full(tags, -MEMORY_HOURS)
    found = np.empty((judged, tags))
    for hour in range(hours - judged - MEMORY_HOURS, hours):
        best[at < hour - MEMORY_HOURS] = 0.0
        better = score[:, hour] > best
        best[better], at[better] = score[better, hour], hour
        if hour >= hours - judged:
            found[hour - hours + judged] = best * 0.5 ** ((hour - at) / HALF_LIFE_HOURS)
    return found
