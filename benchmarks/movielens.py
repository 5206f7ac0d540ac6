"""MovieLens-100K as three splits that ``contentgraph evaluate --format lightgcn`` reads, from the wheel that ships it.

    pip download --no-deps recbole==1.2.1
    python -m benchmarks.movielens recbole-1.2.1-py3-none-any.whl FOLDER
    contentgraph evaluate FOLDER/good-random --format lightgcn --budget 20

A fifth of what each person rated is the test part: ``all-random`` of all ratings, ``good-random`` of those of 4 and 5,
drawn at random; ``good-last`` the last of the latter. People and films are numbered anew, at random. Beside each, in
``FOLDER/validation``, its training part cut the same way, to choose by. The data may be used for research, not shared.
"""

import argparse
import zipfile
from pathlib import Path

import numpy as np

RATINGS = "recbole/dataset_example/ml-100k/ml-100k.inter"
SHARE = 0.2
"""Of a person's ratings that is foretold."""
Rated = list[tuple[int, np.ndarray]]


def read(wheel: Path) -> np.ndarray:
    """[ratings × 4] person, film, stars, epoch seconds."""
    with zipfile.ZipFile(wheel) as packed:
        lines = packed.read(RATINGS).decode().splitlines()[1:]
    return np.array([[float(value) for value in line.split("\t")] for line in lines])


def cut(rated: Rated, rng: np.random.Generator | None) -> tuple[Rated, Rated]:
    """Training and test part: drawn by ``rng``, else the last as they stand."""
    kept, told = [], []
    for person, films in rated:
        ordered = films if rng is None else rng.permutation(films)
        first = ordered.size - round(ordered.size * SHARE)
        kept.append((person, ordered[:first]))
        told.append((person, ordered[first:]))
    return kept, told


def write(folder: Path, kept: Rated, told: Rated) -> None:
    """``train.txt`` and ``test.txt``: a line a person."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (("train.txt", kept), ("test.txt", told)):
        lines = [" ".join(map(str, [person, *films.tolist()])) + "\n" for person, films in part if films.size]
        (folder / name).write_text("".join(lines))


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    table = read(asked.wheel)
    table = table[np.argsort(table[:, 3], kind="stable")]
    people, films = (rng.permutation(int(table[:, column].max()) + 1) for column in (0, 1))
    person, film = people[table[:, 0].astype(int)], films[table[:, 1].astype(int)]
    good = table[:, 2] >= 4.0
    for name, rows, random in (
        ("all-random", good | True, True),
        ("good-random", good, True),
        ("good-last", good, False),
    ):
        rated = [(int(each), film[rows & (person == each)]) for each in np.unique(person[rows])]
        kept, told = cut(rated, rng if random else None)
        write(asked.folder / name, kept, told)
        write(asked.folder / "validation" / name, *cut(kept, rng if random else None))
        sizes = [sum(films.size for _, films in part) for part in (kept, told)]
        print(f"{asked.folder / name}: {sizes[0]} known, {sizes[1]} foretold")


if __name__ == "__main__":
    main()
