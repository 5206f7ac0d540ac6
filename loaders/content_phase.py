"""The night's part of content: neighbours by what videos are, and they in the graph.

Nothing of it needs the analysing packages: it reads what they found (``:Media``). Where nothing was analysed there are
no content neighbours.
"""

from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.cypher import Database
from contentgraph.graph import content as likeness
from contentgraph.graph.content import Known, neighbours
from contentgraph.graph.edges import Similar
from contentgraph.graph.newcomers import EVERY, FEW, with_newcomers
from contentgraph.graph.soundprint import profile
from contentgraph.graph.words import word_vectors
from contentgraph.loaders.readback import Platform
from contentgraph.loaders.writeback import DIGITS, Progress, lists, write

ALIKE = 20
"""ALIKE edges a video."""
BATCH = 2_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Content:
    """What analysis told of the videos of a platform."""

    kinds: list[Known]
    """Pictures, words and sound, each of the videos that have it."""
    words: list[dict[str, int]]
    """[videos] word → how often; empty where nothing was analysed."""
    edges: "sparse.csr_matrix"
    """[videos × videos] shares of the best neighbours of each video."""

    def for_model(self) -> likeness.Content:
        """What similarity takes of it; features of which some videos are unknown tilt no paths."""
        return likeness.Content(self.edges)


def read_content(database: Database, platform: Platform, k: int) -> Content | None:
    """Features of all analysed videos and their ``k`` best neighbours; None where nothing was analysed."""
    words: list[dict[str, int]] = [{} for _ in range(len(platform.videos))]
    pictures: dict[str, tuple[list[int], array[float]]] = {}
    heard: list[int] = []
    profiles: list[npt.NDArray[np.float32]] = []
    for record in database.stream("night_media", fetch_size=1_000):
        (place,) = platform.videos.index([record["id"]], missing="negative").tolist()
        if place < 0:
            continue
        words[place] = dict(zip(record["words"], record["wordCounts"], strict=True))
        if record["embedding"]:
            # Only what one model said can be compared.
            key = f"{record['embeddingBy']} {len(record['embedding'])}"
            places, numbers = pictures.setdefault(key, ([], array("f")))
            places.append(place)
            numbers.extend(record["embedding"])
        if record["soundprint"]:
            heard.append(place)
            profiles.append(profile(np.array(record["soundprint"], dtype=np.int64).view(np.uint64)))
    told = np.array([place for place, row in enumerate(words) if row], dtype=np.int64)
    kinds = [
        Known(np.array(places), np.array(numbers, dtype=np.float32).reshape(len(places), -1))
        for _, (places, numbers) in sorted(pictures.items())
    ]
    if heard:
        kinds.append(Known(np.array(heard), np.array(profiles)))
    if told.size:
        kinds.append(Known(told, word_vectors([words[place] for place in told.tolist()])[0]))
    if not kinds:
        return None
    return Content(kinds, words, neighbours(kinds, k, len(platform.videos)))


def place_newcomers(
    found: Similar, content: Content | None, won: npt.NDArray[np.floating], shown: npt.NDArray[np.bool_], k: int
) -> Similar:
    """The edges with newcomers among them; ``won``: [videos] people whom a video won."""
    new = (won < FEW) & shown
    if content is None or not new.any():
        return found
    return with_newcomers(found, neighbours(content.kinds, max(k // EVERY, 1), won.size, new), k)


def put_alike(database: Database, platform: Platform, content: Content | None, progress: Progress) -> int:
    """Replace the ALIKE edges of videos whose list changed; edges written."""
    names = platform.videos.ids()
    wanted = {} if content is None else _best(content.edges)
    rows: list[Row] = []
    for record in database.stream("night_alike", fetch_size=2_000):
        (place,) = platform.videos.index([record["videoId"]], missing="negative").tolist()
        ends, weights = wanted.pop(place, ([], []))
        order = np.argsort(record["ranks"])
        targets = [names[end] for end in ends]
        if (
            [record["targets"][at] for at in order] != targets
            or record["by"] != [likeness.VERSION]
            or not np.allclose(np.array(record["weights"])[order], weights, rtol=0.0, atol=10.0**-DIGITS)
        ):
            rows.append(_row(record["videoId"], targets, weights))
    rows += [_row(names[place], [names[end] for end in ends], weights) for place, (ends, weights) in wanted.items()]
    write(database, "put_alike", rows, BATCH // 4, progress)
    return sum(len(row["targets"]) for row in rows)  # type: ignore[misc,arg-type]  # lists of ids


def _row(name: str, targets: list[str], weights: list[float]) -> Row:
    ranks = list(range(1, len(targets) + 1))
    return {"id": name, "targets": targets, "ranks": ranks, "weights": weights, "by": likeness.VERSION}


def _best(edges: "sparse.csr_matrix") -> dict[int, tuple[list[int], list[float]]]:
    """Video → its `ALIKE` best neighbours, best first, and their shares."""
    row = np.repeat(np.arange(edges.shape[0]), np.diff(edges.indptr))
    order = np.lexsort((edges.indices, -edges.data, row))
    row, col, weight = row[order], edges.indices[order], edges.data[order].round(DIGITS)
    kept = (np.arange(row.size) - np.searchsorted(row, row) < ALIKE) & (weight > 0.0)
    return lists(row[kept], col[kept], weight[kept])
