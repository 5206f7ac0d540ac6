"""The graph is what the files say, to a verifier that shares no line with the package (tests/verifier.py)."""

import random
import runpy
from pathlib import Path

import neo4j
import pytest

from contentgraph.cypher import Database
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning

HERE = Path(__file__).parents[1]
VERIFIER = runpy.run_path(str(HERE / "verifier.py"))
STORIES = runpy.run_path(str(HERE / "stories.py"))
NOW = STORIES["NOW"]


@pytest.mark.parametrize("seed", range(6))
def test_counts_flags_points_and_catalogue_are_what_the_files_say(
    database: Database, session: neo4j.Session, tmp_path: Path, seed: int
) -> None:
    """After several nights with corrections, ties, repeats, strangers, late and future rows: no difference at all."""
    rng = random.Random(seed)
    folders = STORIES["cut"](STORIES["story"](seed), rng, tmp_path, nights=3)
    for folder in folders:
        run_night(
            database,
            [folder],
            clock=NOW,
            now=NOW,
            rejects=tmp_path / "rejects",
            max_reject_share=0.5,
            tuning=Tuning(0.0),
        )
    assert VERIFIER["differences"](session, STORIES["files_of"](folders), NOW) == []
