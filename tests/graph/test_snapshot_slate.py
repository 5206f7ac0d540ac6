"""The compiled slate against `compose`: the same videos in the same order, for any catalogue and settings."""

import numpy as np
import pytest

from contentgraph.graph.ranking import Candidate, Decay, SlateSettings, compose
from contentgraph.graph.snapshot.arrays import CHALLENGE, HASHTAG, SOUND, Catalog, pointers
from contentgraph.graph.snapshot.slate import slate, variety

VIDEOS, USERS, THINGS, DIMS = 40, 6, 12, 3
TWINS = (3, 9)
"""Sounds that are the one before under another id."""
NONE: dict[str, object] = dict.fromkeys(Catalog._fields)


def lists(rng: np.random.Generator, size: int, least: int, most: int) -> list[list[int]]:
    """A few of ``size`` for each video."""
    return [sorted(rng.choice(size, rng.integers(least, most + 1), replace=False).tolist()) for _ in range(VIDEOS)]


def catalogue(rng: np.random.Generator) -> tuple[Catalog, list[list[int]], list[list[int]]]:
    kind = np.array([(SOUND, HASHTAG, CHALLENGE)[number % 3] for number in range(THINGS)], dtype=np.uint8)
    makers, things = lists(rng, USERS, 0, 2), lists(rng, THINGS, 0, 4)
    place = rng.normal(size=(VIDEOS, DIMS))
    place /= np.linalg.norm(place, axis=1, keepdims=True)
    place[rng.random(VIDEOS) < 0.2] = 0.0
    told = NONE | {
        "kind": kind,
        "same": np.array([number - 3 if number in TWINS else number for number in range(THINGS)], dtype=np.int32),
        "origin": rng.integers(-1, 12, VIDEOS).astype(np.int32),
        "said": rng.integers(-1, 16, VIDEOS).astype(np.int32),
        "place": place,
        "placed": (rng.random(VIDEOS) < 0.8).astype(np.uint8),
        "maker_ptr": pointers([len(row) for row in makers]),
        "maker": np.array([one for row in makers for one in row], dtype=np.int32),
        "thing_ptr": pointers([len(row) for row in things]),
        "thing": np.array([one for row in things for one in row], dtype=np.int32),
    }
    told["counted"] = told["same"][told["thing"]]  # type: ignore[index]
    # Of what the slate does not read, any array will do.
    told = {name: np.zeros(0, dtype=np.int32) if array is None else array for name, array in told.items()}
    return Catalog(**told), makers, things  # type: ignore[arg-type]


def candidate(catalog: Catalog, makers: list[int], things: list[int], video: int, score: float) -> Candidate:
    by_kind = {
        kind: [f"x{one:02d}" for one in things if catalog.kind[one] == kind] for kind in (SOUND, HASHTAG, CHALLENGE)
    }
    return Candidate(
        video_id=f"v{video:02d}",
        score=score,
        parts={"similar": score},
        creators=tuple(f"u{one}" for one in makers),
        sound=f"x{catalog.same[int(by_kind[SOUND][0][1:])]:02d}" if by_kind[SOUND] else None,
        hashtags=tuple(by_kind[HASHTAG]),
        challenges=tuple(by_kind[CHALLENGE]),
        place=tuple(catalog.place[video]) if catalog.place[video].any() else (),
        copies=tuple(
            f"{name}{keys[video]}" for name in ("origin", "said") if (keys := getattr(catalog, name))[video] >= 0
        ),
    )


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_slate_of_compose(seed: int) -> None:
    """Creators, sounds, hashtags, challenges, topics, near-duplicates, equal scores, room for a creator, a session."""
    rng = np.random.default_rng(seed)
    catalog, makers, things = catalogue(rng)
    settings = SlateSettings(
        creator=Decay(float(rng.random()), 0.2),
        topic=float(rng.choice([0.0, 0.3, 1.0])),
        per_creator=int(rng.integers(1, 4)),
    )
    score = np.sort(rng.integers(1, 30, VIDEOS) / 4.0)[::-1].copy()
    limit = int(rng.integers(1, VIDEOS + 5))
    tally = np.zeros(THINGS + USERS, dtype=np.int32)
    before = rng.integers(0, VIDEOS, int(rng.choice([0, 3, 20, 60]))).astype(np.int32)
    video = np.sort(rng.choice(VIDEOS, int(rng.integers(1, VIDEOS + 1)), replace=False)).astype(np.int32)
    mine = slate(catalog, variety(settings, limit + before.size), video, score[video], limit, tally, before)
    every = [candidate(catalog, makers[one], things[one], one, float(score[one])) for one in range(VIDEOS)]
    theirs = compose(
        [every[one] for one in video], limit, settings=settings, rng=np.random.default_rng(0),
        shown=[every[one] for one in before],
    )  # fmt: skip
    assert [f"v{video[one]:02d}" for one in mine] == [slot.video_id for slot in theirs]
    assert not tally.any()
