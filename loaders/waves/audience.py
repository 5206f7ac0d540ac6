"""From slots wanted to slots given: candidates asked of the graph, drawn by chance, written with propensities."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database, Record
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.near_people import NearPeople
from contentgraph.graph.waves.night import Trials
from contentgraph.graph.waves.rules import SOURCES, WaveRule
from contentgraph.graph.waves.slots import MOST, Candidates, assign
from contentgraph.graph.waves.states import State
from contentgraph.loaders.waves.near import CANDIDATES
from contentgraph.loaders.waves.viewers import Viewers

Ints = npt.NDArray[np.int64]

TOGETHER = 1_000
"""Videos that slots are drawn for together: all that is held at once."""
TURNS = 1 << 30
"""Places in the order by chance in which a person is shown her slots are drawn from so many."""
BATCH = 50
"""Videos that one question is about."""
READERS = 2
"""Questions that are under way at once."""
NEAREST, LEAST = 10, 50
"""The nearest people are candidates: so many for each slot that a video wants, and at least."""
WIDE = 5_000
"""Of creators with more followers each candidate is asked whether she is one; those of the others are listed."""
OVERSAMPLE = 2
"""People drawn at random for each slot of a video among those whom its language suits; at most half of them."""


def give(
    database: Database,
    rule: WaveRule,
    tested: Trials,
    languages: Sequence[str | None],
    wanted: Ints,
    chosen: Ints,
    viewers: Viewers,
    rng: np.random.Generator,
    *,
    now: int,
    fresh: int,
    near: NearPeople | None,
    progress: Callable[[int], None],
    renew: Callable[[], object],
) -> Ints:
    """Give the ``chosen`` videos, in their order, what they want; slots given, [videos × sources].

    A slot that its source has no candidates for goes to somebody at random, but where a promotion in a circle is
    checked by it: nobody at random says anything of that. Some videos are drawn for together, each
    such draw from the room that those before it left; after each the step says by ``renew`` that it is still at it.
    ``near``: whom a night found near some videos; of others the graph is asked. ``languages``: of each video.
    """
    given, free = np.zeros_like(wanted), viewers.free
    names = np.array(viewers.names.ids(), dtype=object)
    lapse = now + int(rule.slot_hours * HOUR_MS)
    # Of a video on trial no slot outlives the deadline.
    deadline = rule.deadline(tested.born)
    until = np.where(deadline > now, np.minimum(lapse, deadline), lapse)
    for start in range(0, chosen.size, TOGETHER):
        if not (free > 0).any():
            break
        some = chosen[start : start + TOGETHER]
        candidates, wants, pool = _ask(database, tested, languages, wanted, some, viewers, names, rng, fresh, near)
        taken, propensity, drawn = assign(candidates, wants.ravel(), free, rng)
        slots: list[dict[str, object]] = []
        turns = rng.integers(0, TURNS, taken.size).tolist()
        for at, p, slots_, turn in zip(taken.tolist(), propensity.tolist(), drawn.tolist(), turns, strict=True):
            place, source = divmod(int(candidates.video[at]), len(SOURCES))
            given[place, source] += 1
            free[candidates.person[at]] -= 1
            slots.append(
                {
                    "userId": names[candidates.person[at]],
                    "videoId": tested.ids[place],
                    "slot": {
                        "at": now, "until": int(until[place]), "source": SOURCES[source],
                        "wave": max(1, int(tested.wave[place])), "propensity": float(p),
                        "pool": int(pool[place, source]), "slots": slots_, "turn": turn,
                    },
                }
            )  # fmt: skip
        slots.sort(key=lambda row: (str(row["userId"]), str(row["videoId"])))
        progress(database.write_batches("put_slots", slots, size=5_000))
        renew()
    return given


def _ask(
    database: Database,
    tested: Trials,
    languages: Sequence[str | None],
    wanted: Ints,
    chosen: Ints,
    viewers: Viewers,
    names: npt.NDArray[np.object_],
    rng: np.random.Generator,
    fresh: int,
    near: NearPeople | None,
) -> tuple[Candidates, Ints, Ints]:
    """Candidates of the ``chosen``, what they want (at random where a source has too few), and sizes of pools."""
    person: list[Ints] = []
    arm: list[Ints] = []
    chance: list[npt.NDArray[np.float64]] = []
    wants, pool = np.zeros_like(wanted), np.zeros_like(wanted)
    wants[chosen] = wanted[chosen]
    able = {language: viewers.able(language) for language in {languages[place] for place in chosen.tolist()}}
    drawn: dict[int, Ints] = {}
    share: dict[int, float] = {}
    for place in chosen.tolist():
        among = able[languages[place]]
        count = min(OVERSAMPLE * int(wanted[place].sum()), -(-among.size // 2))
        drawn[place], share[place] = rng.choice(among, count, replace=False), count / max(among.size, 1)

    def asked(batch: list[int]) -> list[Record]:
        most = {
            tested.ids[place]: {
                source: max(LEAST, NEAREST * int(wanted[place, arm])) for arm, source in enumerate(SOURCES[:-1])
            }
            for place in batch
        }
        # Who has no room is not asked about.
        people = {
            video: {source: names[viewers.with_room(found)].tolist() for source, found in told.items()}
            for video, told in _near(database, most, near).items()
        }
        rows = [
            {"id": tested.ids[place], "drawn": names[drawn[place]].tolist(), **people[tested.ids[place]]}
            for place in batch
            if tested.ids[place] in people
        ]
        return database.read("audience", rows=rows, fresh=fresh, wide=WIDE)

    batches = [chosen[start : start + BATCH].tolist() for start in range(0, chosen.size, BATCH)]
    with ThreadPoolExecutor(READERS) as readers:
        for batch, rows in zip(batches, readers.map(asked, batches), strict=True):
            answers = {row["videoId"]: row for row in rows}
            for place in batch:
                row = answers.get(tested.ids[place])
                if row is None:  # removed since it was read
                    wants[place] = 0
                    continue
                spills = tested.state[place] != State.CIRCLE
                _candidates(row, place, share[place], viewers, person, arm, chance, pool, wants, spills=spills)
    nobody = np.zeros(0, dtype=np.int64)
    return (
        Candidates(
            np.concatenate([nobody, *person]), np.concatenate([nobody, *arm]), np.concatenate([np.zeros(0), *chance])
        ),
        wants,
        pool,
    )


def _near(
    database: Database, most: Mapping[str, Mapping[str, int]], near: NearPeople | None
) -> dict[str, dict[str, list[str]]]:
    """The nearest people by source of each video, ``most`` of them; without a video that is no more."""
    told = {} if near is None else near.people([video for video in most if video in near.place])
    if rest := [video for video in most if video not in told]:
        told |= {str(row["videoId"]): row for row in database.read("night_near_people", videos=rest, limit=CANDIDATES)}
    return {
        video: {source: people[source][:count] for source, count in most[video].items()}
        for video, people in told.items()
    }


def _candidates(
    row: Record,
    place: int,
    share: float,
    viewers: Viewers,
    person: list[Ints],
    arm: list[Ints],
    chance: list[npt.NDArray[np.float64]],
    pool: Ints,
    wants: Ints,
    *,
    spills: bool,
) -> None:
    """Add one video's candidates: at random first, so that a person is named by one source only.

    ``spills``: what its circle has too few people for goes to people at random; else it is not given.

    Who was drawn at random is a candidate with the probability ``share``, so who is near is one of the circle's with
    the probability of not being drawn.
    """
    met: set[int] = set()
    for source in reversed(range(len(SOURCES))):
        at_random = SOURCES[source] == "random"
        kept = [one for one in viewers.with_room(row[SOURCES[source]]).tolist() if one not in met]
        met.update(kept)
        p = share if at_random else 1.0 - share
        if p > 0.0 and kept:
            pool[place, source] = round(len(kept) / p)
            person.append(np.array(kept, dtype=np.int64))
            arm.append(np.full(len(kept), place * len(SOURCES) + source, dtype=np.int64))
            chance.append(np.full(len(kept), p))
        elif p <= 0.0:
            kept = []
        if not at_random:
            short = max(0, int(wants[place, source]) - int(MOST * len(kept)))
            wants[place, source] -= short
            wants[place, -1] += short if spills else 0
