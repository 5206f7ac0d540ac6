"""A viewer's rows out of a snapshot's arrays, compiled, and her feed where no event since concerns anybody."""

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.snapshot.kernel import Person, feed
from contentgraph.graph.snapshot.proofs import acts_of, friends_of


@compiled()
def person_of(catalog, crowd, user):  # type: ignore[no-untyped-def]  # compiled
    """One user's rows, and what the people whom she followed last did for all to see; what bars her view in one."""
    shunned = crowd.shunned[crowd.shunned_ptr[user] : crowd.shunned_ptr[user + 1]]
    block = crowd.block[crowd.block_ptr[user] : crowd.block_ptr[user + 1]]
    blocker = crowd.blocker[crowd.blocker_ptr[user] : crowd.blocker_ptr[user + 1]]
    barring = np.concatenate((shunned, block, blocker))
    follow = crowd.follow[crowd.follow_ptr[user] : crowd.follow_ptr[user + 1]]
    friends = friends_of(catalog.named, follow, barring)
    video, bits, at = acts_of(catalog.public_ptr, catalog.public, catalog.public_bits, catalog.public_at, friends)
    first, end = crowd.engaged_ptr[user], crowd.engaged_ptr[user + 1]
    mute, mute_end = crowd.mute_ptr[user], crowd.mute_ptr[user + 1]
    some, some_end = crowd.sum_ptr[user], crowd.sum_ptr[user + 1]
    return Person(
        0 + crowd.allowed[user],
        0 + crowd.country[user],
        crowd.tongue[crowd.tongue_ptr[user] : crowd.tongue_ptr[user + 1]],
        crowd.engaged[first:end],
        crowd.bits[first:end],
        crowd.at[first:end],
        follow,
        crowd.hidden[crowd.hidden_ptr[user] : crowd.hidden_ptr[user + 1]],
        barring,
        catalog.made[catalog.made_ptr[user] : catalog.made_ptr[user + 1]],
        crowd.mute[mute:mute_end],
        crowd.mute_at[mute:mute_end],
        crowd.saw[crowd.saw_ptr[user] : crowd.saw_ptr[user + 1]],
        crowd.sum[some:some_end],
        crowd.sum_points[some:some_end],
        crowd.sum_at[some:some_end],
        video,
        bits,
        at,
    )


@compiled()
def feed_of(catalog, crowd, rule, user, limit, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """`contentgraph.graph.snapshot.kernel.feed` of a user as the snapshot has her and those whom she follows."""
    return feed(catalog, rule, person_of(catalog, crowd, user), limit, work, turn)
