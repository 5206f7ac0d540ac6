"""Real data in other shapes, as splits that ``contentgraph evaluate --format lightgcn`` reads: what a search finds
where histories are shorter, longer, fewer or denser than in any set that it was shaped by.

    python -m benchmarks.subsets ../shared/data FOLDER
    contentgraph evaluate FOLDER/gowalla-four --format lightgcn --budget 60

Only training parts are read (of KuaiRand the first four fifths of time, likes). A fifth of what each person has is the
test part, drawn at random; people and videos are numbered anew. A name that ends in ``turned`` has videos for people.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.movielens import cut, write

Histories = list[np.ndarray]


def gowalla(data: Path) -> Histories:
    """Places of each person."""
    lines = (data / "gowalla" / "train.txt").read_text().splitlines()
    return [np.array(line.split()[1:], dtype=np.int64) for line in lines]


def grouped(pairs: Iterable[tuple[int, int]]) -> Histories:
    """The second of each pair by the first, each once."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for one, other in pairs:
        found[one][other] = None
    return [np.array(list(others)) for others in found.values()]


def turned(histories: Histories) -> Histories:
    """Whom each video has, but for videos of one viewer."""
    told = grouped((video, person) for person, videos in enumerate(histories) for video in videos.tolist())
    return [people for people in told if people.size > 1]


def tiktok(data: Path) -> Histories:
    """Videos of each person."""
    with (data / "tiktok-mm" / "trn.tsv").open() as file:
        return grouped((int(user), int(video)) for user, video in csv.reader(file, delimiter="\t"))


def kuairand(data: Path) -> Histories:
    """What each person likes in the first four fifths of time."""
    with (data / "kuairand" / "log.tsv").open() as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: int(row["time_ms"]))
    return grouped(
        (int(row["user_id"]), int(row["video_id"])) for row in rows[: len(rows) * 4 // 5] if row["label"] == "1"
    )


def thinned(histories: Histories, people: int, most: int, rng: np.random.Generator) -> Histories:
    """``most`` of what each of some ``people`` has, drawn at random."""
    some = rng.choice(len(histories), people, replace=False)
    return [rng.permutation(histories[one])[:most] for one in some.tolist()]


def dense(histories: Histories) -> Histories:
    """Who has 60 and more, what 30 of them and more have, and of those who has 20."""
    long = [videos for videos in histories if videos.size >= 60]
    known = np.bincount(np.concatenate(long)) >= 30
    return [kept for videos in long if (kept := videos[known[videos]]).size >= 20]


def subsets(data: Path, rng: np.random.Generator) -> dict[str, Histories]:
    """All of them by name."""
    places, seen, liked = gowalla(data), tiktok(data), kuairand(data)
    return {
        "gowalla-three": thinned(places, 20_000, 3, rng),
        "gowalla-four": thinned(places, 15_000, 4, rng),
        "gowalla-nine": thinned(places, 15_000, 9, rng),
        "gowalla-tenth": thinned(places, 3_000, 1 << 30, rng),
        "gowalla-heavy": [videos for videos in places if videos.size >= 100],
        "gowalla-dense": dense(places),
        "tiktok-random": seen,
        "tiktok-turned": turned(seen),
        "kuairand-random": liked,
        "kuairand-turned": turned(liked),
    }


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    for name, histories in subsets(asked.data, rng).items():
        number = rng.permutation(max(int(videos.max()) for videos in histories) + 1)
        people = rng.permutation(len(histories)).tolist()
        rated = [(person, number[videos]) for person, videos in zip(people, histories, strict=True)]
        kept, told = cut(rated, rng)
        write(asked.folder / name, kept, told)
        print(
            f"{asked.folder / name}: {len(kept)} people, {sum(videos.size for _, videos in kept)} pairs to learn from"
        )


if __name__ == "__main__":
    main()
