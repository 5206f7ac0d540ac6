"""People near a video, against the same told in plain Python: every cut, and ties by index."""

from collections import defaultdict

import numpy as np
import pytest

from contentgraph.graph import near_people as near
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured

USERS, VIDEOS, THINGS = 60, 50, 8


def world(seed: int) -> dict[str, np.ndarray]:
    """Whole numbers everywhere, so that sums are exact in any order and ties are many."""
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((USERS, VIDEOS)) < 0.3)
    row, col = np.nonzero(rng.random((VIDEOS, VIDEOS)) < 0.5)
    apart = row != col
    row, col = row[apart], col[apart]
    rank = np.concatenate([np.arange(1, n + 1) for n in np.bincount(row, minlength=VIDEOS)])
    bearer, thing = np.nonzero(rng.random((VIDEOS, THINGS)) < 0.3)
    head, lead = np.nonzero(rng.random((THINGS, VIDEOS)) < 0.6)
    place = np.concatenate([np.arange(1, n + 1) for n in np.bincount(head, minlength=THINGS)])
    return {
        "user": user, "video": video, "bits": rng.integers(0, 4, user.size).astype(np.uint8),
        "at": rng.integers(0, 5, user.size), "row": row, "col": col, "rank": rank,
        "weight": rng.integers(1, 4, row.size).astype(float), "bearer": bearer, "thing": thing, "head": head,
        "lead": lead, "place": place, "score": rng.integers(1, 4, head.size).astype(float),
        "viewers": np.where(rng.random(VIDEOS) < 0.1, near.CROWD + 1, 3),
    }  # fmt: skip


def plain(w: dict[str, np.ndarray], video: int, most: int) -> tuple[list[int], list[int]]:
    """The statement, sentence by sentence."""
    # Of bits the points are the same number here.
    pairs = [p for p in zip(*(w[n].tolist() for n in ("user", "video", "bits", "at")), strict=True) if p[2] > 0]
    pull: dict[int, float] = defaultdict(float)
    for row, col, rank, weight in zip(*(w[n].tolist() for n in ("row", "col", "rank", "weight")), strict=True):
        if row == video and rank <= 20:
            pull[col] += weight
    for bearer, thing in zip(w["bearer"].tolist(), w["thing"].tolist(), strict=True):
        for head, lead, place, score in zip(*(w[n].tolist() for n in ("head", "lead", "place", "score")), strict=True):
            if bearer == video and head == thing and place <= 20:
                pull[lead] += score
    able = {one: value for one, value in pull.items() if one != video and w["viewers"][one] <= 500}
    nearest = dict(sorted(able.items(), key=lambda item: (-item[1], item[0]))[:40])

    def people(pulls: dict[int, float]) -> list[int]:
        weight: dict[int, float] = defaultdict(float)
        for user, seen, points, _ in pairs:
            if seen in pulls:
                weight[user] += pulls[seen] * points
        return [user for user, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0]))][:most]

    keen = sorted(((-points, user) for user, seen, points, _ in pairs if seen == video))[:20]
    alike: dict[int, float] = defaultdict(float)
    for _, user in keen:
        hers = [p for p in pairs if p[0] == user and p[1] != video and w["viewers"][p[1]] <= 500]
        for _, seen, points, _ in sorted(hers, key=lambda p: (-p[3], p[1]))[:5]:
            alike[seen] += points
    return people(nearest), people(alike)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("most", [5, 200])
def test_the_nearest_people_are_those_of_the_statement(monkeypatch: pytest.MonkeyPatch, seed: int, most: int) -> None:
    monkeypatch.setattr(near, "BLOCK", 7)
    w = world(seed)
    # Two kinds, so that the second's entities are counted from behind the first's.
    carried = []
    for first in (0, 4):
        few, low = (w["head"] // 4 == first // 4), (w["thing"] // 4 == first // 4)
        best = Featured(w["head"][few] - first, w["lead"][few], w["place"][few], w["score"][few])
        carried.append((w["thing"][low] - first, w["bearer"][low], best, 4))
    told = near.walks(
        w["user"], w["video"], w["bits"], w["at"], gain=np.arange(4.0), users=USERS, viewers=w["viewers"],
        similar=Similar(w["row"], w["col"], w["weight"], w["rank"]), carried=carried,
    )  # fmt: skip
    names, users = [f"v{i:02}" for i in range(VIDEOS)], [f"u{i:02}" for i in range(USERS)]
    asked = np.random.default_rng(seed).permutation(VIDEOS)[:40]
    ids = [names[one] for one in asked]
    lazy = near.NearPeople(told, asked, most, names=names, users=users)
    wanted = {}
    for one in asked.tolist():
        affinity, likeness = plain(w, one, most)
        wanted[names[one]] = {"affinity": [users[u] for u in affinity], "likeness": [users[u] for u in likeness]}
    assert lazy.place.keys() == set(ids)
    assert lazy.people(ids) == wanted
    assert lazy.people(ids[3:5]) == {name: wanted[name] for name in ids[3:5]}
    few = near.NearPeople(told, asked, 3, names=names, users=users).people(ids)
    assert few == {name: {source: people[:3] for source, people in each.items()} for name, each in wanted.items()}
    early = lazy.beforehand(threads=2)
    assert early._told is None, "what is walked is let go of"
    assert early.people(ids[::-1]) == wanted
    assert early.people([]) == {}


def test_nobody_is_near_where_nothing_happened() -> None:
    nothing = np.zeros(0, dtype=np.int32)
    none = np.zeros(0)
    told = near.walks(
        nothing, nothing, nothing.astype(np.uint8), nothing, gain=none, users=3, viewers=np.zeros(2),
        similar=Similar(nothing, nothing, none, nothing),
        carried=[(nothing, nothing, Featured(nothing, nothing, nothing, none), 0)],
    )  # fmt: skip
    found = near.NearPeople(told, np.array([1, 0]), 10, names=["a", "b"], users=["x", "y", "z"])
    assert found.people(["b", "a"]) == {name: {"affinity": [], "likeness": []} for name in "ba"}
    assert found.beforehand(threads=1).people(["a"]) == {"a": {"affinity": [], "likeness": []}}
