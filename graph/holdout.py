"""A part of what is known is held out, so that parameters can be chosen by what they foretell.

With times the last slice of time is held out, as the next day will be; without them a random share of the videos of
each user who has two or more, at least one and never all. Of those who have too few to give that share, only the
judged give one: a third or half of what leads from video to video would be missing otherwise, as it is not when the
lists are asked for. Only videos that some remaining pair knows can be told by likeness; targets keep them all.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.similarity import Pairs

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HoldOut:
    """What remains, what is to be foretold, and when it is asked."""

    train: Bools
    """An entry a pair: it may be learned from."""
    users: npt.NDArray[np.int64]
    """Users with a target, ascending."""
    targets: "sparse.csr_matrix"
    """[len(users) × videos], gain of each target, more than 0: its points, or 1 where pairs have none."""
    now: int | None
    """Epoch ms of the cut; ages count from here. None without times."""


def hold_out(
    pairs: Pairs,
    rng: np.random.Generator,
    *,
    share: float = 0.2,
    users: int = 1_500,
    wanted: Bools | None = None,
) -> HoldOut:
    """Hold out the last ``share`` of time, or a random ``share`` of each user's pairs where the pairs have no times.

    Parameters:
        share: of the wanted pairs, 0 … 1, exclusive.
        users: at most this many users are judged, drawn at random.
        wanted: an entry a pair: it can be a target; all by default. Pairs of 0 points never are.

    Raises:
        UsageError: a share outside 0 … 1, or fewer than 1 user asked for.
    """
    if not 0.0 < share < 1.0 or users < 1:
        raise UsageError(f"hold_out() was called with share={share!r}, users={users!r}; give 0 … 1 and 1 or more.")
    gain = np.ones(pairs.user.size) if pairs.points is None else np.asarray(pairs.points, dtype=np.float64)
    goal = gain > 0.0 if wanted is None else wanted & (gain > 0.0)
    now: int | None = None
    if pairs.at is None:
        held = _some_of_each(pairs, goal, rng, share)
        train = ~held
    else:
        at = np.asarray(pairs.at, dtype=np.int64)
        times = np.sort(at[goal])
        now = int(times[min(int(times.size * (1.0 - share)), times.size - 1)]) if times.size else 0
        train = at < now
        held = ~train & goal
    judged = np.unique(pairs.user[held])
    if judged.size > users:
        judged = np.sort(rng.choice(judged, users, replace=False))
    if pairs.at is None:
        few = np.bincount(pairs.user[goal], minlength=pairs.users) * share < 1.0
        few[judged] = False
        held &= ~few[pairs.user]
        train = ~held
    place = np.full(pairs.users, -1, dtype=np.int64)
    place[judged] = np.arange(judged.size)
    told = np.flatnonzero(held & (place[pairs.user] >= 0))
    targets = sparse.csr_matrix(
        (gain[told], (place[pairs.user[told]], pairs.video[told])), shape=(judged.size, pairs.videos)
    )
    targets.sort_indices()
    return HoldOut(train, judged.astype(np.int64), targets, now)


def _some_of_each(pairs: Pairs, goal: Bools, rng: np.random.Generator, share: float) -> Bools:
    """A random share of the pairs of each user who has two or more; at least one, never all."""
    many = np.bincount(pairs.user[goal], minlength=pairs.users) > 1
    mine = np.flatnonzero(goal & many[pairs.user])
    mine = mine[np.lexsort((rng.random(mine.size), pairs.user[mine]))]
    user = pairs.user[mine]
    rank = np.arange(mine.size) - np.searchsorted(user, user)
    wanted = np.clip(np.rint(share * np.bincount(user, minlength=pairs.users)), 1, None)
    held = np.zeros(pairs.user.size, dtype=np.bool_)
    held[mine[rank < wanted[user]]] = True
    return held
