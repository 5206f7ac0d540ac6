"""Topics: communities of what leads to what, with ids that outlive the night; found, named, and in the graph.

A topic is generic where it says nothing of its videos: no tag and no word tells it from the others, or what is like its
videos is of the same topic hardly more often than chance, or their language, has it (`contentgraph.graph.generic`).
Such a one is in no trend. For the variety of slates a topic has a place among tastes, in the middle of its videos.
Where nothing was analysed, topics are communities of what people watched.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.communities import communities, inherit
from contentgraph.graph.edges import Similar
from contentgraph.graph.topics import UNNAMED, centres, named
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.content_phase import Content
from contentgraph.loaders.derive import says_nothing
from contentgraph.loaders.readback import Belonging, Platform, authors
from contentgraph.loaders.writeback import TASTE_DIGITS, Progress, place_of, write

LEAST = 5
"""Videos of a topic at least."""
RESOLUTION = 1.0
CONTENT_SHARE = 0.1
"""Weight of all content neighbours together, of that of all SIMILAR edges."""
BATCH = 2_000

Row = dict[str, object]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of a night, not yet written."""

    of: Belonging
    """The videos of each."""
    rows: list[Row] = field(repr=False)
    """As ``put_topics`` takes them, a row a topic."""
    about: list[Row] = field(repr=False)
    """The videos whose topic is another than the night before, as ``put_about`` takes them."""

    @property
    def generic(self) -> list[str]:
        """Ids of those that say nothing."""
        return [str(row["id"]) for row in self.rows if row["generic"]]

    def within(self, platform: Platform) -> Platform:
        """``platform`` with these topics."""
        return replace(platform, kinds={**platform.kinds, "topic": self.of})


def read_quiet(database: Database, platform: Platform) -> Bools:
    """[videos] whether a video may not be shown to everybody: such a one lends a topic neither tags nor words."""
    quiet = ~platform.shown
    for record in database.stream("night_adult", fetch_size=5_000):
        found = platform.videos.index(record["ids"], missing="negative")
        quiet[found[found >= 0]] = True
    return quiet


def find_topics(
    platform: Platform,
    similar: Similar,
    content: Content | None,
    generic: Sequence[str],
    quiet: Bools,
    taste: npt.NDArray[np.float64],
) -> Topics:
    """Topics in what leads to what, under the ids that ``platform`` has for them from the night before.

    ``generic``: hashtags that say nothing. ``taste``: [videos × dims] places among tastes, zeros where there is none.
    """
    videos, ids = len(platform.videos), platform.videos.ids()
    known = platform.kinds["topic"]
    old = known.entities.ids()
    before = np.full(videos, -1, dtype=np.int64)
    before[known.video] = known.entity
    edges = similar.matrix(videos).astype(np.float64)
    if content is not None:
        # Content alone tells what a video is about that nobody watched.
        share = edges.sum() / max(float(content.edges.sum()), 1e-12) * CONTENT_SHARE if edges.nnz else 1.0
        edges = edges + content.edges * share
    found = communities(edges, resolution=RESOLUTION, start=before)
    heir, members = inherit(found, before, LEAST)
    names = _names(found, heir, members, old, ids)
    place = [number for number, name in enumerate(names) if name is not None]
    entities = Vocabulary(names[number] or "" for number in place)
    of_number = np.full(len(names), -1, dtype=np.int32)
    of_number[place] = entities.index(names[number] or "" for number in place)
    inside = np.flatnonzero(of_number[found] >= 0).astype(np.int32)
    belonging = Belonging(entities, of_number[found[inside]], inside)
    told = named(
        found,
        _tags(platform, generic, quiet),
        [row if not quiet[video] else {} for video, row in enumerate(content.words)] if content else [{}] * videos,
        authors(platform),
    )
    vague = says_nothing(platform, belonging, similar)
    middle = np.round(centres(belonging.entity, taste[belonging.video], len(entities)), TASTE_DIGITS)
    rows: list[Row] = [
        {"id": names[number], "name": told[number].name, "hashtags": list(told[number].hashtags),
         "words": list(told[number].words), "videos": int(members[number]),
         "taste": place_of(middle[of_number[number]]),
         "generic": bool(vague[of_number[number]]) or told[number].name == UNNAMED}
        for number in place
    ]  # fmt: skip
    about: list[Row] = [
        {"id": ids[video], "topic": names[number]}
        for video, number in enumerate(found.tolist())
        if names[number] != (old[before[video]] if before[video] >= 0 else None)
    ]
    return Topics(belonging, rows, about)


def put_topics(database: Database, found: Topics, progress: Progress) -> int:
    """Write topics, and which video is of which; how many topics there are."""
    write(database, "put_topics", found.rows, BATCH, progress)
    write(database, "put_about", found.about, BATCH, progress)
    database.write("drop_topics")
    return len(found.rows)


def _names(
    found: npt.NDArray[np.int64],
    heir: npt.NDArray[np.int64],
    members: npt.NDArray[np.int64],
    old: Sequence[str],
    ids: Sequence[str],
) -> list[str | None]:
    """The id of each community: an inherited one, else a hash of its videos, as long as nobody else has that."""
    order = np.argsort(found, kind="stable")
    ends = np.cumsum(members)
    taken = set(old)
    names: list[str | None] = []
    for number, was in enumerate(heir.tolist()):
        if members[number] < LEAST:
            names.append(None)
        elif was >= 0:
            names.append(old[was])
        else:
            own = [ids[video] for video in order[ends[number] - members[number] : ends[number]].tolist()]
            fresh, turn = _hash(own), 1
            while fresh in taken:
                turn += 1
                fresh = _hash([*own, str(turn)])
            taken.add(fresh)
            names.append(fresh)
    return names


def _hash(names: Sequence[str]) -> str:
    """What tells of no single video, so that none that is erased is left in it."""
    return "t:" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]


def _tags(platform: Platform, generic: Sequence[str], quiet: Bools) -> list[dict[str, int]]:
    belonging = platform.kinds["hashtag"]
    names, silent = belonging.entities.ids(), set(generic)
    found: list[dict[str, int]] = [{} for _ in range(len(platform.videos))]
    for entity, video in zip(belonging.entity.tolist(), belonging.video.tolist(), strict=True):
        if not quiet[video] and names[entity] not in silent:
            found[video][names[entity]] = 1
    return found
