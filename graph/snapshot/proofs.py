"""What the people whom a viewer follows did for all to see: the rows of her social proof, events since included."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.points import COMMENTED, LIKED, SHARED
from contentgraph.graph.snapshot.arrays import Bytes, Catalog, Index, Longs

PUBLIC = SHARED | COMMENTED | LIKED
"""Bits of what others may know of."""
FRIENDS, MOST = 30, 300
"""As in ``suggest.cypher``: people whom she followed last, and who engaged with no more videos than this."""


class Proofs(NamedTuple):
    """An entry for each act."""

    video: Index
    bits: Bytes
    """What happened."""
    at: Longs
    """Time of the latest event, epoch ms."""


NONE = Proofs(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.int64))


def public(engaged: Index, bits: Bytes, at: Longs, made: Index) -> Proofs:
    """Of one person's engagements those that others may know of: with videos of others, and not too many."""
    if engaged.size > MOST:
        return NONE
    kept = (bits & PUBLIC > 0) & ~np.isin(engaged, made)
    return Proofs(engaged[kept], bits[kept], at[kept])


def proofs(catalog: Catalog, follow: Index, barring: Index, since: Mapping[int, Proofs]) -> Proofs:
    """The acts of those whom she followed last.

    Parameters:
        follow: users, the latest first.
        barring: users whom she hides or blocks, or who block her.
        since: what people did whom events since the snapshot tell of, all of it.
    """
    friends = friends_of(catalog.named, follow, barring)
    told = [since[user] for user in friends.tolist() if user in since] if since else []
    if told:
        friends = friends[~np.isin(friends, list(since))]
    told.append(Proofs(*acts_of(catalog.public_ptr, catalog.public, catalog.public_bits, catalog.public_at, friends)))
    return told[0] if len(told) == 1 else Proofs(*(np.concatenate(column) for column in zip(*told, strict=True)))


@compiled()
def friends_of(named, follow, barring):  # type: ignore[no-untyped-def]  # compiled
    """Those whom she followed last, of who may be named and does not bar her view."""
    friends, size = np.empty(FRIENDS, dtype=np.int32), 0
    for user in follow:
        if size == FRIENDS:
            break
        if named[user] > 0 and not (barring == user).any():
            friends[size] = user
            size += 1
    return friends[:size]


@compiled()
def acts_of(pointer, video, bits, at, users):  # type: ignore[no-untyped-def]  # compiled
    """The entries of some rows."""
    most = 0
    for user in users:
        most += pointer[user + 1] - pointer[user]
    place = np.empty(most, dtype=np.int64)
    size = 0
    for user in users:
        for entry in range(pointer[user], pointer[user + 1]):
            place[size] = entry
            size += 1
    return video[place], bits[place], at[place]
