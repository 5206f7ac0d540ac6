"""The compiled feed's local source against a plain one: the best of her country and of her first languages."""

import numpy as np
import pytest

from contentgraph.cypher.schema import DEFAULT_SETTINGS
from contentgraph.graph.points import COMPLETED, PointScale
from contentgraph.graph.snapshot.arrays import (
    EVERYONE,
    HIDDEN,
    LOCAL,
    POPULAR,
    REMOVED,
    TEEN,
    UNANNOUNCED,
    Catalog,
    pointers,
)
from contentgraph.graph.snapshot.events import Patch
from contentgraph.graph.snapshot.kernel import KNOWN, NEAR, Found, feed, work
from contentgraph.graph.snapshot.snapshot import rule

VIDEOS, COUNTRIES, TONGUES = 600, 3, 4
SUITED = ((EVERYONE, ()), (TEEN, ()), (EVERYONE, (0,)), (TEEN, (1, 2)))
"""By the row of ``suits``: a rating, and the countries in which it is withheld."""
BYTES, INDEX, LONGS = np.zeros(0, np.uint8), np.zeros(0, np.int32), np.zeros(0, np.int64)


def catalogue(rng: np.random.Generator) -> Catalog:
    """Videos of any country and language, or of none, and nothing else."""
    prior = np.where(rng.random(VIDEOS) < 0.1, 0.0, rng.integers(1, 60, VIDEOS) / 60.0)
    order = np.lexsort((np.arange(VIDEOS), -prior))[: int((prior > 0.0).sum())].astype(np.int32)
    country = rng.integers(-1, COUNTRIES, VIDEOS).astype(np.int16)
    language = rng.integers(-1, TONGUES, VIDEOS).astype(np.int16)
    lists = [order[country[order] == code] for code in range(COUNTRIES)]
    lists += [order[language[order] == code] for code in range(TONGUES)]
    nothing = {
        name: np.zeros(VIDEOS + 1, np.int64) for name in ("similar_ptr", "thing_ptr", "maker_ptr", "featured_ptr")
    }
    return Catalog(
        suit=rng.choice(len(SUITED), VIDEOS, p=[0.4, 0.4, 0.1, 0.1]).astype(np.int32),
        suits=np.array([[1, 1, 1, 1], [2, 2, 2, 2], [0, 1, 1, 0], [2, 0, 0, 0]], dtype=np.uint8),
        state=rng.choice([0, 0, 0, 0, REMOVED, UNANNOUNCED], VIDEOS).astype(np.uint8),
        language=language,
        country=country,
        lift=np.ones(VIDEOS),
        prior=prior,
        worth=np.ones(VIDEOS),
        travel=np.ones(VIDEOS),
        place=np.zeros((VIDEOS, 2)),
        placed=np.zeros(VIDEOS, np.uint8),
        origin=np.full(VIDEOS, -1, np.int32),
        said=np.full(VIDEOS, -1, np.int32),
        order=order,
        local_ptr=pointers([row.size for row in lists]),
        local=np.concatenate(lists),
        similar=INDEX,
        rank=np.zeros(0, np.int16),
        weight=np.zeros(0),
        alike=BYTES,
        thing=INDEX,
        counted=INDEX,
        maker=INDEX,
        kind=BYTES,
        same=INDEX,
        featured=INDEX,
        featured_score=np.zeros(0),
        made_ptr=np.zeros(2, np.int64),
        made=INDEX,
        named=np.zeros(1, np.uint8),
        public_ptr=np.zeros(2, np.int64),
        public=INDEX,
        public_bits=BYTES,
        public_at=LONGS,
        trend_ptr=np.zeros(COUNTRIES + 2, np.int64),
        trend=INDEX,
        trend_rank=INDEX,
        **nothing,
    )


def local(
    catalog: Catalog, allowed: int, country: int, tongues: list[int], hidden: set[int], weight: float
) -> dict[int, float]:
    """The source as it is told: lists of 50, each video once, half a part where not both are hers.

    ``hidden``: what is seen, too; ``weight``: that of a person of whom so much is known.
    """

    def suits(video: int) -> bool:
        rating, withheld = SUITED[catalog.suit[video]]
        return bool(rating & allowed) and not (withheld and (country < 0 or country in withheld))

    lists = [[v for v in catalog.order if country == catalog.country[v] >= 0]]
    lists += [[v for v in catalog.order if catalog.language[v] == tongue] for tongue in tongues[:2]]
    found = {}
    for row in lists:
        shown = [v for v in row if suits(v) and not catalog.state[v] and v not in hidden]
        for v in shown[:NEAR]:
            both = country == catalog.country[v] >= 0 and catalog.language[v] in tongues
            found[int(v)] = weight * catalog.prior[v] * (1.0 if both else 0.5)
    return found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_its_local_part_is_that_of_the_lists(seed: int, weight: float) -> None:
    """With and without a country, with up to three languages; less the more is known of her; nothing without weight."""
    rng = np.random.default_rng(seed)
    catalog = catalogue(rng)
    country, tongues = int(rng.integers(-1, COUNTRIES)), rng.permutation(TONGUES)[: rng.integers(4)].tolist()
    hidden = set(rng.choice(VIDEOS, 80, replace=False).tolist())
    known = int(rng.choice([0, 3, KNOWN - 1, KNOWN]))
    there = [video for video in np.flatnonzero(catalog.state == 0).tolist() if video not in hidden]
    watched = set(rng.choice(there, known, replace=False).tolist())
    allowed = int(rng.choice([EVERYONE, EVERYONE | TEEN]))
    patch = Patch(
        allowed=allowed,
        country=country,
        tongue=np.array(tongues, np.int16),
        switches={(HIDDEN, video): (0, True) for video in hidden},
    )
    patch.engaged = dict.fromkeys(watched, (COMPLETED, 0))
    rules = rule({**DEFAULT_SETTINGS, "weightLocal": weight, "weightPopular": 0.5}, PointScale())
    found = Found(*feed(catalog, rules, patch.person(), VIDEOS, work(VIDEOS, 0, 1), 1))
    assert found.seed.size == known
    expected = local(catalog, allowed, country, tongues, hidden | watched, weight * 0.5 / (1 + known))
    told = {int(v): float(part) for v, part in zip(found.video, found.parts[:, LOCAL], strict=True) if part > 0.0}
    assert told == (pytest.approx(expected) if weight and known < KNOWN else {})
    assert found.parts.sum(axis=1) == pytest.approx(found.score)
    assert np.isfinite(found.parts).all()
    assert (found.parts[:, POPULAR] > 0.0).all()
