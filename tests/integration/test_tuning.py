"""How a night comes to its parameters: searched, kept, pinned; what it books of them, and what reading needs."""

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import pytest

from contentgraph.cli import main
from contentgraph.cypher import Database
from contentgraph.graph.model import ModelParams
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.graph.similarity import SimilarityParams
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import Summary, run_night
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

NOW, HOUR = 1_793_491_200_000, 3_600_000  # 2026-11-01T00:00Z
PINNED = ModelParams(
    similarity=SimilarityParams(gamma=0.7, delta=0.35), taste_half_life_hours=72.0, taste_power=0.25, popular=0.07
)
FILE = "params.json"

Nightly = Callable[..., tuple[int, str]]
Night = Callable[..., Summary]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 people like what their group likes, over ten days: the last fifth judges by more than 50 of them."""
    rng = np.random.default_rng(2)
    path = tmp_path_factory.mktemp("platform") / "in"
    path.mkdir()
    popular = rng.pareto(1.5, 40) + 0.5
    events = []
    for user in range(120):
        wish = popular * np.where(np.arange(40) % 4 == user % 4, 1.0, 0.05)
        for video in rng.choice(40, 12, replace=False, p=wish / wish.sum()).tolist():
            at = NOW - int(rng.integers(1, 240)) * HOUR
            kinds = ["like", *(["share"] if rng.random() < 0.3 else [])]
            events += [{"userId": f"u{user}", "kind": kind, "videoId": f"v{video}", "at": at} for kind in kinds]
    videos = [{"id": f"v{video}", "createdAt": NOW - 300 * HOUR, "durationMs": 9_000} for video in range(40)]
    for table, rows in (("videos", videos), ("events", events)):
        (path / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def night(database: Database, folder: Path, tmp_path: Path) -> Night:
    """Runs the next night, an hour after the one before."""
    clock = iter(range(NOW, NOW + 100 * HOUR, HOUR))

    def run(tuning: Tuning | None = None, path: Path = folder) -> Summary:
        return run_night(database, [path], clock=next(clock), rejects=tmp_path / "rejects", tuning=tuning)

    return run


def booked(session: neo4j.Session) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters of the model and the curve, as the last :Run tells them."""
    row = session.run("MATCH (r:Run {state: 'finished'}) RETURN r.params, r.tuning ORDER BY r.startedAt DESC").values()
    return json.loads(row[0][0])["model"], json.loads(row[0][1])


def settings(session: neo4j.Session) -> list[float]:
    """What the read statements take."""
    names = "s.tasteHalfLifeHours, s.tastePower, s.weightPopular"
    return session.run(f"MATCH (s:Settings {{id: 'contentgraph'}}) RETURN {names}").values()[0]


def check_settings(session: neo4j.Session, model: dict[str, Any]) -> None:
    half_life = model["taste_half_life_hours"]
    assert settings(session) == [1e12 if half_life is None else half_life, model["taste_power"], model["popular"]]


def test_a_search_books_its_parameters_and_its_curve(night: Night, session: neo4j.Session) -> None:
    """The curve begins at the start; what was taken was better, and the last of it is the goal that is booked."""
    summary = night(Tuning(2.0))
    model, curve = booked(session)
    assert model == asdict(ModelParams.of(model)), "every parameter is told"
    assert curve.keys() == {"goal", "users", "complete", "trials"}
    assert curve["users"] >= 50
    trials = curve["trials"]
    assert (trials[0]["name"], trials[0]["taken"]) == ("start", True)
    assert len(trials) > 5
    assert all(trial.keys() == {"name", "value", "goal", "gain", "error", "taken"} for trial in trials)
    taken = [trial for trial in trials if trial["taken"]]
    assert all(trial["gain"] > 0.0 for trial in taken[1:])
    assert [trial["goal"] for trial in taken] == sorted(trial["goal"] for trial in taken)
    assert curve["goal"] == pytest.approx(taken[-1]["goal"], abs=1e-6)
    assert summary.tuned == {"settings": len(trials), "taken": len(taken) - 1}
    assert "tune" in summary.seconds
    assert (model != asdict(ModelParams())) == (len(taken) > 1)
    check_settings(session, model)


def test_without_a_budget_the_next_night_keeps_what_was_found(night: Night, session: neo4j.Session) -> None:
    """It searches nothing, and books and serves the same parameters again."""
    night(Tuning(2.0))
    found, _ = booked(session)
    served = settings(session)
    summary = night(Tuning(0.0))
    kept, curve = booked(session)
    assert kept == found
    assert settings(session) == served
    assert curve == {"goal": None, "users": 0, "complete": True, "trials": []}
    assert summary.tuned == {"settings": 0, "taken": 0}
    assert session.run("MATCH (r:Run {state: 'finished'}) RETURN count(r)").single(strict=True)[0] == 2


def test_the_first_night_without_a_budget_takes_the_defaults(night: Night, session: neo4j.Session) -> None:
    night(Tuning(0.0))
    assert booked(session)[0] == asdict(ModelParams())
    check_settings(session, asdict(ModelParams()))


def test_pinned_parameters_hold_and_the_next_search_starts_from_them(night: Night, session: neo4j.Session) -> None:
    """Pinned ones are neither searched nor changed; kept without a budget, and a start with one."""
    night(Tuning(2.0, PINNED))
    assert booked(session) == (asdict(PINNED), {"goal": None, "users": 0, "complete": True, "trials": []})
    assert settings(session) == [72.0, 0.25, 0.07]
    night(Tuning(0.0))
    assert booked(session)[0] == asdict(PINNED)
    assert settings(session) == [72.0, 0.25, 0.07]
    night(Tuning(1e-9))
    model, curve = booked(session)
    assert [trial["name"] for trial in curve["trials"]] == ["start"]
    assert not curve["complete"]
    assert model == asdict(PINNED)


def test_a_taste_that_never_fades_is_a_very_long_half_life(night: Night, session: neo4j.Session) -> None:
    """The read statements divide by it."""
    pinned = replace(PINNED, taste_half_life_hours=None)
    night(Tuning(pinned=pinned))
    check_settings(session, asdict(pinned))
    night(Tuning(0.0))
    assert booked(session)[0] == asdict(pinned)


def test_too_few_people_to_judge_by_keep_the_start(night: Night, session: neo4j.Session, tmp_path: Path) -> None:
    """Below 50 nothing is searched, whatever the budget."""
    (tmp_path / "events.jsonl").write_text(
        "".join(
            json.dumps({"userId": f"u{user}", "kind": "like", "videoId": f"v{user % 3}", "at": NOW - user * HOUR})
            + "\n"
            for user in range(20)
        )
    )
    summary = night(Tuning(5.0), tmp_path / "events.jsonl")
    model, curve = booked(session)
    assert model == asdict(ModelParams())
    assert (curve["goal"], curve["trials"], curve["complete"]) == (None, [], True)
    assert summary.tuned == {"settings": 0, "taken": 0}


@pytest.mark.parametrize(
    "params",
    [
        None,
        "{}",
        '{"k": 50}',
        '{"model": null}',
        '{"model": {"popular": 0.9, "novelty": 1.0}}',
        '{"model": {"similarity": {"alpha": 0.5}}}',
        '{"model": {"similarity": {"beta": "much"}}}',
        '{"model": {"similarity": {"user_cap": 0}}}',
        '{"model": {"popular": "much"}}',
        '{"model": [1, 2]}',
        '{"model": 7}',
    ],
)
def test_what_another_version_booked_falls_back_to_the_defaults(
    night: Night, session: neo4j.Session, tmp_path: Path, params: str | None
) -> None:
    """Wholly: half of another version's parameters would be those of neither."""
    event = {"userId": "u", "kind": "like", "videoId": "v", "at": NOW - HOUR}
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n")
    run = {"state": "finished", "now": NOW - HOUR, "startedAt": NOW - HOUR, "params": params}
    session.run("CREATE (r:Run {id: 'other'}) SET r += $run", run=run).consume()
    night(Tuning(0.0), tmp_path / "events.jsonl")
    assert booked(session)[0] == asdict(ModelParams())
    check_settings(session, asdict(ModelParams()))


def test_parameters_that_another_version_did_not_know_have_their_defaults(
    night: Night, session: neo4j.Session, tmp_path: Path
) -> None:
    event = {"userId": "u", "kind": "like", "videoId": "v", "at": NOW - HOUR}
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n")
    params = json.dumps({"model": {"popular": 0.9, "similarity": {"gamma": 1.0}}})
    run = {"state": "finished", "now": NOW - HOUR, "startedAt": NOW - HOUR, "params": params}
    session.run("CREATE (r:Run {id: 'older'}) SET r += $run", run=run).consume()
    night(Tuning(0.0), tmp_path / "events.jsonl")
    assert booked(session)[0] == asdict(ModelParams(similarity=SimilarityParams(gamma=1.0), popular=0.9))


@pytest.fixture
def nightly(clean_database: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nightly:
    """``contentgraph nightly`` in this process, in a folder of its own: exit code and what it wrote on stderr."""
    found = clean_database
    for name, value in (("URI", found.uri), ("USER", found.user), ("PASSWORD", found.password)):
        monkeypatch.setenv(f"CONTENTGRAPH_{name}", value)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["nightly", *map(str, arguments), "--log", "quiet"])
        return code, err.getvalue()

    return run


def test_a_file_of_parameters_is_used_as_it_is(
    nightly: Nightly, folder: Path, tmp_path: Path, session: neo4j.Session
) -> None:
    """``--params``: nothing is tuned, whatever ``--tune`` says; ``--tune 0`` keeps them the night after."""
    told = {"similarity": {"gamma": 0.7, "delta": 0.35}, "taste_half_life_hours": 72, "taste_power": 0.25}
    (tmp_path / FILE).write_text(json.dumps(told | {"popular": 0.07}))
    for options in (["--params", tmp_path / FILE, "--tune", 5], ["--tune", 0]):
        code, err = nightly(folder, *options)
        assert code == 0, err
        model, curve = booked(session)
        assert model == asdict(PINNED)
        assert curve["trials"] == []
        assert settings(session) == [72.0, 0.25, 0.07]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read (No such file or directory); give a file of parameters"),
        ("nonsense", "holds no parameters of the model"),
        ('{"novelty": 1}', "unexpected keyword argument 'novelty'"),
        ('{"similarity": {"beta": "x"}}', "holds no parameters of the model"),
        ('{"similarity": {"user_cap": 1}}', "user_cap is 1; give 2 or more"),
        ("[1]", "holds no parameters of the model"),
        ('{"popular": "much"}', "holds no parameters of the model"),
    ],
)
def test_a_wrong_file_of_parameters_is_one_line_exit_code_2_and_nothing_is_written(
    nightly: Nightly, folder: Path, tmp_path: Path, session: neo4j.Session, text: str | None, says: str
) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    code, err = nightly(folder, "--params", tmp_path / FILE)
    assert code == 2, err
    assert err.startswith("contentgraph: ")
    assert err.count("\n") == 1
    assert says in err
    assert session.run("MATCH (n:Video|User|Run) RETURN count(n)").single(strict=True)[0] == 0


def test_neighbours_hold_until_others_are_asked_for(
    nightly: Nightly, database: Database, session: neo4j.Session, folder: Path
) -> None:
    """Night after night; 50 where nothing was ever said."""
    most = "MATCH (v:Video) RETURN max(COUNT { (v)-[:SIMILAR]->() })"
    found = []
    for options in ([], ["--neighbours", 5], [], ["--neighbours", 7]):
        assert nightly(folder, "--tune", 0, *options)[0] == 0
        found.append([database.read("settings")[0]["settings"]["neighbours"], session.run(most).single(strict=True)[0]])
    assert found[1:] == [[5, 5], [5, 5], [7, 7]]
    assert found[0][0] == 50
    assert 7 < found[0][1] < 40, "of forty videos"
    code, err = nightly(folder, "--neighbours", 0)
    assert code == 2
    assert "--neighbours" in err


def test_a_wrong_budget_is_exit_code_2(nightly: Nightly, folder: Path) -> None:
    code, err = nightly(folder, "--tune", -1)
    assert code == 2
    assert "--tune" in err


def test_a_night_gives_the_same_without_the_generators_truth(database: Database, folder: Path, tmp_path: Path) -> None:
    """It is a judge's: a night beside it, and one of the same files alone, are tuned alike and leave one graph."""
    write_sample(tmp_path / "other", PlatformConfig(users=120, videos=40, events=500, until=NOW))
    shutil.copytree(folder, tmp_path / "data")
    truth = shutil.copy(tmp_path / "other" / "truth.npz", tmp_path / "data")

    def left() -> tuple[str, int]:
        with database._session("WRITE") as session:
            session.run("MATCH (n) DETACH DELETE n").consume()
        told = Tuning(600.0)  # what is tried ends long before
        summary = run_night(database, [tmp_path / "data"], clock=NOW, now=NOW, rejects=tmp_path / "r", tuning=told)
        return digest(database, everything=True), summary.tuned["settings"]

    beside = left()
    Path(truth).unlink()
    assert left() == beside
    assert beside[1] > 1
