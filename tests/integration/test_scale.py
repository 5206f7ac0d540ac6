"""Setting a new point scale derives every flag and point again; a kill in its middle is finished by the same call."""

import random
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contentgraph.cypher import Database, Record, Statement, Target
from contentgraph.cypher import database as databases
from contentgraph.cypher.installation import install
from contentgraph.cypher.upsert import pair_row
from contentgraph.errors import UsageError
from contentgraph.graph.catalogue import CatalogueState, check_row, merge
from contentgraph.graph.facts import PairFacts
from contentgraph.graph.points import PointScale, flags, points
from contentgraph.loaders import scale as scales
from contentgraph.loaders.catalogue import put_catalogue
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import dump
from contentgraph.loaders.night import run_night
from contentgraph.loaders.restore import restore
from contentgraph.loaders.scale import current_scale, parameters, set_scale
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


IDS = ("a", "b", "é", "z", "ａ", "😀", "B-1")
"""Of which some stand in another order by their bytes, by their letters and by UTF-16."""


@pytest.fixture
def watched(clean_database: Connection) -> Iterator[Database]:
    """Videos that 7, 3, 3, 1 and no people watched for nine seconds, of a length that nobody has told yet."""
    found = clean_database
    with Database(Target(uri=found.uri, user=found.user, password=found.password, database=found.database)) as opened:
        install(opened)
        videos = dict(zip(IDS, (7, 3, 3, 1, 0), strict=False))
        opened.write("announce_users", ids=list(IDS))
        opened.write("announce_videos", ids=list(videos))
        facts = {"first_at": 1, "last_at": 1, "view1_ms": 9_000, "view1_at": 1}
        rows = [pair_row(user, video, facts) for video, viewers in videos.items() for user in IDS[:viewers]]
        opened.write("merge_engaged", rows=rows, scale=parameters(current_scale(opened)))
        yield opened


def ten_seconds(video: str) -> CatalogueState:
    row = {"id": video, "durationMs": 10_000, "updatedAt": NOW}
    return merge(None, check_row("videos", row, stated_at=NOW, now=NOW))


def held(database: Database) -> list[float]:
    """The points of all edges."""
    return [derived[2] for _, _, derived in edges(database)]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Edges that each write derived, where a transaction may hold four."""
    run, found = databases._run, []

    def told(tx: Any, statement: Statement, params: Mapping[str, Any]) -> list[Record]:
        rows = run(tx, statement, params)
        if statement.name == "derive_points":
            found.append(rows[0]["pairs"])
        return rows

    monkeypatch.setattr(databases, "_run", told)
    monkeypatch.setattr(scales, "BATCH", 4)
    return found


def test_points_are_derived_again_some_edges_at_a_time(watched: Database, written: list[int]) -> None:
    """Of many videos, and of one that more watched than fit: for a new scale and for a corrected length."""
    scale = parameters(current_scale(watched))
    assert held(watched) == [0.0] * 14
    put_catalogue(watched, "videos", [ten_seconds(name) for name in IDS[:5]], scale)
    assert held(watched) == [8.0] * 14
    assert sum(written) == 14
    assert max(written) == 4
    written.clear()
    set_scale(watched, completion=3.0)
    assert held(watched) == [3.0] * 14
    assert sum(written) == 14
    assert max(written) == 4


@pytest.mark.parametrize("stop", [0, 1, 2, 4])
def test_a_length_whose_points_were_not_derived_to_the_end_is_made_up_for_by_the_next_run(
    watched: Database, written: list[int], monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Whatever its files say: the length was stored before the run was killed."""

    class Killed(BaseException):
        pass

    scale, write = parameters(current_scale(watched)), Database.write

    def dies(self: Database, name: str, **params: Any) -> list[Record]:
        if name == "derive_points" and len(written) == stop:
            raise Killed
        return write(self, name, **params)

    rows = [ten_seconds(name) for name in IDS[:5]]
    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", dies)
        with pytest.raises(Killed):
            put_catalogue(watched, "videos", rows, scale)
    assert held(watched).count(8.0) == sum(written) < 14
    assert put_catalogue(watched, "videos", [], scale) == 0
    assert held(watched) == [8.0] * 14
    written.clear()
    assert put_catalogue(watched, "videos", rows, scale) == 0
    assert written == []


def test_a_dump_holds_which_points_are_to_be_derived(watched: Database, tmp_path: Path) -> None:
    """And the edges of such a video as those of any."""
    scale = parameters(current_scale(watched))
    put_catalogue(watched, "videos", [ten_seconds(name) for name in IDS[:5]], scale)
    watched.write("mark_underived", ids=["a", "ａ"])  # nobody watched the other
    facts = digest(watched)
    assert dump(watched, tmp_path / "dump").digest == facts
    assert restore(watched, tmp_path / "dump", replace=True).same
    assert watched.read("night_underived") == [{"id": "a", "viewers": 7}]


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
