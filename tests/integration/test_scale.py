"""Setting a new point scale derives every flag and point again; a kill in its middle is finished by the same call."""

import random
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentgraph.cypher import Database, Target
from contentgraph.errors import UsageError
from contentgraph.graph.facts import PairFacts
from contentgraph.graph.points import PointScale, flags, points
from contentgraph.loaders import scale as scales
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import run_night
from contentgraph.loaders.scale import current_scale, set_scale
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW = STORIES["NOW"]


@pytest.fixture
def database(clean_database: Connection, tmp_path: Path) -> Iterator[Database]:
    """A night of a story, under the scale of the article."""
    found = clean_database
    with Database(Target(uri=found.uri, user=found.user, password=found.password, database=found.database)) as opened:
        files = STORIES["cut"](STORIES["story"](3, events=600), random.Random(3), tmp_path / "files", nights=1)
        run_night(
            opened, files, clock=NOW, now=NOW, rejects=tmp_path / "rejects", max_reject_share=0.5, tuning=Tuning(0.0)
        )
        yield opened


def edges(database: Database) -> list[tuple[PairFacts, int | None, tuple[bool, bool, float]]]:
    """Facts, the video's duration, and what is derived of each edge."""
    names = {field: "".join([field.split("_")[0], *map(str.capitalize, field.split("_")[1:])]) for field in FIELDS}
    with database._session("READ") as session:
        rows = session.run("MATCH ()-[e:ENGAGED]->(v) RETURN properties(e), v.durationMs").values()
    return [
        (
            PairFacts(**{field: told.get(name) for field, name in names.items()}),
            duration,
            (told["completed"], told["rewatched"], told["points"]),
        )
        for told, duration in rows
    ]


FIELDS = tuple(PairFacts.__dataclass_fields__)


def test_points_are_those_of_the_pure_engine_under_any_scale(database: Database) -> None:
    """Weights and thresholds that change every flag; facts stay as they are; the version counts up once."""
    facts = digest(database)
    before = [derived for _, _, derived in edges(database)]
    for number, changes in enumerate(({"rewatch": 7.5, "like": 0.1}, {"completion_ratio": 0.3, "rewatch_ratio": 0.5})):
        scale = set_scale(database, **changes)
        assert scale.version == number + 2
        assert current_scale(database) == scale
        assert set_scale(database, **changes) == scale
        for told, duration, derived in edges(database):
            happened = flags(scale, told, duration)
            assert derived == (happened.completed, happened.rewatched, points(scale, happened))
    assert [derived for _, _, derived in edges(database)] != before
    assert digest(database) == facts


def test_a_scale_set_halfway_is_finished_by_setting_it_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is written first: after a kill between two batches the same call derives the rest."""

    class Killed(BaseException):
        pass

    def die(_: int) -> None:
        raise Killed

    monkeypatch.setattr(scales, "BATCH", 2)
    with pytest.raises(Killed):
        set_scale(database, progress=die, completion=1.0)
    scale = set_scale(database, completion=1.0)
    assert scale.version == 2
    assert all(derived[2] == points(scale, flags(scale, told, ms)) for told, ms, derived in edges(database))


def test_a_night_derives_by_the_scale_that_holds(database: Database, tmp_path: Path) -> None:
    """Pairs, corrected durations and scores of a later night use the new weights."""
    set_scale(database, completion=3.0, rewatch=1.0)
    scale = current_scale(database)
    files = STORIES["cut"](STORIES["story"](4, events=300), random.Random(4), tmp_path / "more", nights=1)
    run_night(
        database, files, clock=NOW, now=NOW, rejects=tmp_path / "rejects", max_reject_share=0.5, tuning=Tuning(0.0)
    )
    assert all(derived[2] == points(scale, flags(scale, told, ms)) for told, ms, derived in edges(database))


def test_a_scale_that_cannot_be_is_refused_and_changes_nothing(database: Database) -> None:
    everything = digest(database, everything=True)
    with pytest.raises(UsageError, match="like"):
        set_scale(database, like=-1.0)
    assert current_scale(database) == PointScale()
    assert digest(database, everything=True) == everything
