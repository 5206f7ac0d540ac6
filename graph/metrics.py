"""How good ranked lists are: recall@k, NDCG@k, graded NDCG@k, catalogue coverage, and paired intervals over users.

A list is judged against a user's targets, videos with a gain each. With hits r_1 … r_k (gain of the video at place
i, 0 if it is no target) and T targets with gains g:

    recall@k = |{i: r_i > 0}| / T
    DCG@k    = Σ_i gain(r_i) / log2(i + 1)          NDCG@k = DCG@k / DCG@k of the best possible list

with gain(r) = [r > 0] for NDCG@k and gain(r) = r, linear, for graded NDCG@k (Järvelin and Kekäläinen, "Cumulated
Gain-Based Evaluation of IR Techniques", TOIS 20 (2002), doi:10.1145/582415.582418).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry a judged user, in the order of the lists; all values 0 … 1."""

    recall: Floats
    ndcg: Floats
    graded_ndcg: Floats


def judge(lists: npt.NDArray[np.integer], targets: "sparse.csr_matrix") -> Judged:
    """Judge ranked lists.

    Parameters:
        lists: [users × k] indices of videos, best first; -1 where a list ends early. No video twice in a row.
        targets: [users × videos], the gain of each target, more than 0; every row has at least one.

    Raises:
        UsageError: another number of rows, a user without a target, or a gain that is not above 0.
    """
    if lists.ndim != 2 or lists.shape[0] != targets.shape[0]:
        raise UsageError(f"judge() got lists of shape {lists.shape} for {targets.shape[0]} users; give a row a user.")
    goals = np.diff(targets.indptr)
    if lists.shape[1] < 1:
        raise UsageError("judge() got lists of no places; give 1 or more.")
    if lists.shape[0] and (int(goals.min()) < 1 or float(targets.data.min()) <= 0.0):
        raise UsageError("judge() got a user without a target or a gain of 0; leave both out.")
    users, k = lists.shape
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    gain = np.zeros(lists.shape)
    # Keys user · videos + video, sorted on both sides: one search for all lists.
    width = targets.shape[1]
    owner = np.repeat(np.arange(users, dtype=np.int64), goals)
    key = owner * width + targets.indices
    order = np.argsort(key, kind="stable")
    key, value = key[order], targets.data[order].astype(np.float64)
    asked = np.arange(users, dtype=np.int64)[:, None] * width + lists
    place = np.minimum(np.searchsorted(key, asked), max(key.size - 1, 0))
    if key.size:
        gain = np.where((lists >= 0) & (key[place] == asked), value[place], 0.0)
    hit = gain > 0.0
    best = np.cumsum(discount)[np.minimum(goals, k) - 1] if users else np.zeros(0)
    return Judged(
        recall=hit.sum(axis=1) / np.maximum(goals, 1),
        ndcg=(hit * discount).sum(axis=1) / best,
        graded_ndcg=(gain * discount).sum(axis=1) / np.maximum(ideal_dcg(targets, k), 1e-300),
    )


def ideal_dcg(targets: "sparse.csr_matrix", k: int) -> Floats:
    """Graded DCG@k of the best possible list of each row of targets; 0 without a target."""
    owner = np.repeat(np.arange(targets.shape[0], dtype=np.int64), np.diff(targets.indptr))
    value = targets.data[np.lexsort((-targets.data, owner))]
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    worth = np.where(rank < k, value / np.log2(rank + 2.0), 0.0)
    return np.asarray(np.bincount(owner, weights=worth, minlength=targets.shape[0]), dtype=np.float64)


def coverage(lists: npt.NDArray[np.integer], videos: int) -> float:
    """Share of all videos that stand in at least one list, 0 … 1."""
    told = lists[lists >= 0]
    return float(np.unique(told).size / videos) if videos else 0.0


def paired_interval(ours: Floats, theirs: Floats, *, level: float = 0.95) -> tuple[float, float]:
    """Normal interval of the ratio of two means over the same users, by the delta method.

    Var(ȳ/x̄) ≈ var(y - ρx) / (n x̄²) with ρ = ȳ/x̄ (Fieller's pivot to first order). ``(nan, nan)`` below two users or
    where ``theirs`` has mean 0.
    """
    n, base = ours.size, float(theirs.mean()) if theirs.size else 0.0
    if n < 2 or base <= 0.0:
        return (float("nan"), float("nan"))
    from scipy.special import ndtri

    ratio = float(ours.mean()) / base
    error = float(np.std(ours - ratio * theirs, ddof=1)) / (np.sqrt(n) * base)
    reach = float(ndtri(0.5 + level / 2.0)) * error
    return (ratio - reach, ratio + reach)
