"""``contentgraph evaluate`` from the command line: what it prints and writes, and what it refuses in one line."""

import contextlib
import io
import json
import random
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contentgraph.cli import main

SHARED = Path(__file__).parents[3] / "shared" / "data"
NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
HOUR = 3_600_000
FIGURES = {"recall@20", "ndcg@20", "graded_ndcg@20", "coverage@20"}
OF_THE_RUN = {"tune_s", "fit_s", "score_s", "peak_gib"}
QUICK = ["--baseline", "popularity", "--budget", "0.2", "--threads", "1"]
ALONE = ["--baseline", "none", "--budget", "0", "--threads", "1"]

Known = dict[str, list[str]]


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of ``contentgraph evaluate``."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["evaluate", *map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


def told(*arguments: object) -> dict[str, Any]:
    """The JSON on the last line, read as strictly as other languages do."""

    def strange(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out.splitlines()[-1], parse_constant=strange)
    return found


def planted(users: int = 400, videos: int = 120, groups: int = 6) -> tuple[Known, Known]:
    """User → videos she liked and is to be foretold: of her group mostly, the popular ones first.

    Ids grow with time, and later is what is newer: a score that looked at an id would gain by it.
    """
    rng = np.random.default_rng(4)
    popular = rng.pareto(1.5, videos) + 0.3
    train, test = {}, {}
    for user in range(users):
        wish = popular * np.where(np.arange(videos) % groups == user % groups, 1.0, 0.03)
        drawn = [f"v{video:03d}" for video in np.sort(rng.choice(videos, 10, replace=False, p=wish / wish.sum()))]
        train[f"u{user}"], test[f"u{user}"] = drawn[:7], drawn[7:]
    return train, test


def lightgcn(folder: Path, train: Known, test: Known) -> Path:
    folder.mkdir()
    for name, told in (("train", train), ("test", test)):
        rows = [" ".join([user, *videos]) + "\n" for user, videos in told.items()]
        (folder / f"{name}.txt").write_text("".join(rows), "utf-8")
    return folder


def pairs(folder: Path, **parts: Known) -> Path:
    folder.mkdir()
    for name, told in parts.items():
        rows = [f"{user}\t{video}\n" for user, videos in told.items() for video in videos]
        (folder / f"{name}.tsv").write_text("".join(rows), "utf-8")
    return folder


def recall(lists: Path, train: Known, test: Known) -> float:
    """Mean share of the videos to be foretold that stand among the first 20 of a user's rows."""
    suggested = defaultdict(set)
    for line in lists.read_text("utf-8").splitlines():
        user, rank, video = line.split("\t")
        if int(rank) <= 20:
            suggested[user].add(video)
    goals = {user: set(videos) - set(train.get(user, [])) for user, videos in test.items()}
    shares = [len(goal & suggested[user]) / len(goal) for user, goal in goals.items() if goal]
    return sum(shares) / len(shares)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lightgcn(tmp_path_factory.mktemp("splits") / "planted", *planted())


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("samples") / "small"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main(["sample", str(made), "--users", "300", "--videos", "120", "--events", "8000"]) == 0
    return made


def check_figures(found: dict[str, Any], methods: set[str]) -> None:
    assert found["methods"].keys() >= methods
    for name in methods:
        row = found["methods"][name]
        assert row.keys() >= FIGURES | OF_THE_RUN
        assert all(0.0 <= row[figure] <= 1.0 for figure in FIGURES)
        assert all(row[part] >= 0.0 for part in OF_THE_RUN)
        assert 0.0 < row["peak_gib"] < 8.0


def test_a_split_of_lightgcn_is_judged_beside_popularity(folder: Path) -> None:
    """dataset, users, videos, and of each method the figures, the seconds and the memory."""
    found = told(folder, "--format", "lightgcn", *QUICK)
    assert (found["dataset"], found["users"], found["videos"], found["judged"]) == ("planted", 400, 120, 400)
    check_figures(found, {"contentgraph", "popularity"})
    ours, popular = found["methods"]["contentgraph"], found["methods"]["popularity"]
    assert ours["recall@20"] > 1.5 * popular["recall@20"]
    assert ours["ndcg@20"] == ours["graded_ndcg@20"]


@pytest.mark.parametrize("tst", [False, True], ids=["val is foretold", "tst is foretold"])
def test_a_split_of_pairs(tmp_path: Path, tst: bool) -> None:
    """With tst.tsv the pairs of val are known: they are no targets, and on no list."""
    train, test = planted(users=100)
    val = {user: videos[:1] for user, videos in test.items()}
    parts = {"trn": train, "val": val} | ({"tst": test} if tst else {})
    lists = tmp_path / "lists.tsv"
    found = told(pairs(tmp_path / "mine", **parts), "--format", "pairs", *ALONE, "--lists", lists)
    assert (found["dataset"], found["users"], found["targets"]) == ("mine", 100, 200 if tst else 100)
    check_figures(found, {"contentgraph"})
    assert "popularity" not in found["methods"]
    known = {user: [*videos, *val[user]] if tst else videos for user, videos in train.items()}
    assert recall(lists, known, test if tst else val) == pytest.approx(
        found["methods"]["contentgraph"]["recall@20"], abs=1e-5
    )
    rows = [line.split("\t") for line in lists.read_text("utf-8").splitlines()]
    assert not any(video in known[user] for user, _, video in rows)


def test_lists_are_user_rank_video_and_score_the_same_by_themselves(folder: Path, tmp_path: Path) -> None:
    """Ranks go from 1 to at most 20, no video twice, none that the user has; recall agrees with ten lines of Python."""
    train, test = planted()
    lists = tmp_path / "lists.tsv"
    found = told(folder, "--format", "lightgcn", *ALONE, "--lists", lists)
    rows = [line.split("\t") for line in lists.read_text("utf-8").splitlines()]
    by_user: dict[str, list[str]] = defaultdict(list)
    for user, rank, video in rows:
        by_user[user].append(video)
        assert int(rank) == len(by_user[user]) <= 20
    assert by_user.keys() == test.keys()
    for user, videos in by_user.items():
        assert len(set(videos)) == len(videos)
        assert not set(videos) & set(train[user])
    assert recall(lists, train, test) == pytest.approx(found["methods"]["contentgraph"]["recall@20"], abs=1e-5)


def figures(found: dict[str, Any]) -> dict[str, Any]:
    """All that is told but seconds and memory."""
    methods = {
        name: {key: value for key, value in row.items() if key not in OF_THE_RUN}
        for name, row in found["methods"].items()
    }
    return found | {"methods": methods}


def test_the_hidden_truth_of_a_sample_is_not_read(sample: Path, tmp_path: Path) -> None:
    """Without truth.npz every figure is the same, the whole curve of the search included."""
    copy = tmp_path / sample.name
    shutil.copytree(sample, copy)
    arguments = ["--baseline", "popularity", "--budget", "60", "--threads", "1"]
    assert (copy / "truth.npz").exists()
    before = told(copy, *arguments)
    (copy / "truth.npz").unlink()
    after = told(copy, *arguments)
    assert before["tuning"]["complete"], "a search that was cut short may differ"
    assert len(before["tuning"]["trials"]) > 20
    check_figures(before, {"contentgraph", "popularity"})
    assert figures(before) == figures(after)


def test_a_random_renumbering_changes_no_more_than_noise(folder: Path, tmp_path: Path) -> None:
    """Ids mean nothing: with others in another order the figures are within .02."""
    train, test = planted()
    rng = random.Random(8)
    users = dict(zip(train, rng.sample(range(1_000), len(train)), strict=True))
    videos = dict(zip([f"v{place:03d}" for place in range(120)], rng.sample(range(1_000), 120), strict=True))

    def other(told: Known) -> Known:
        rows = [(str(users[user]), [str(videos[video]) for video in found]) for user, found in told.items()]
        return dict(rng.sample(rows, len(rows)))

    search = ["--format", "lightgcn", "--baseline", "popularity", "--budget", "60", "--threads", "1"]
    one = told(folder, *search)
    two = told(lightgcn(tmp_path / "other", other(train), other(test)), *search)
    assert one["tuning"]["complete"], "a search that was cut short may differ"
    for name in ("contentgraph", "popularity"):
        for figure in ("recall@20", "ndcg@20"):
            assert two["methods"][name][figure] == pytest.approx(one["methods"][name][figure], abs=0.02)


def test_a_file_of_parameters_is_used_as_it_is(folder: Path, tmp_path: Path) -> None:
    """What evaluate printed for contentgraph, put into a file: nothing is tuned, and the figures are those."""
    first = told(folder, "--format", "lightgcn", "--baseline", "none", "--budget", "0.3", "--threads", "1")
    mine = first["methods"]["contentgraph"]
    mine["params"]["similarity"]["gamma"] = 0.7
    (tmp_path / "params.json").write_text(json.dumps(mine["params"]))
    pinned = ["--params", tmp_path / "params.json"]
    again = [told(folder, "--format", "lightgcn", "--baseline", "none", *pinned) for _ in range(2)]
    assert again[0]["methods"]["contentgraph"]["params"] == mine["params"]
    assert again[0]["tuning"] == {"goal": None, "users": 0, "complete": True, "trials": []}
    assert figures(again[0]) == figures(again[1])


def test_without_json_a_table_is_shown(folder: Path) -> None:
    code, out, _ = run(folder, "--format", "lightgcn", *QUICK)
    assert code == 0
    lines = [line for line in out.splitlines() if line.strip()]
    assert lines[0].split()[:5] == ["method", "recall@20", "ndcg@20", "graded_ndcg@20", "coverage@20"]
    assert {line.split()[0] for line in lines} >= {"contentgraph", "popularity"}
    assert lines[-1].startswith("planted: 400 of 400 users judged, 120 videos, 1,200 targets")


@pytest.mark.skipif(not (SHARED / "kuairand").exists(), reason="KuaiRand is not in ../shared/data")
def test_the_kuairand_log_is_cut_by_time(tmp_path: Path) -> None:
    """The file as it is published; what is served is better than popularity, and lists score the same by themselves."""
    found = told(SHARED / "kuairand" / "log.tsv", "--format", "kuairand", "--baseline", "popularity", "--budget", "0")
    assert (found["dataset"], found["users"], found["videos"]) == ("log.tsv", 664, 9359)
    check_figures(found, {"contentgraph", "popularity"})
    assert found["methods"]["contentgraph"]["ndcg@20"] > found["methods"]["popularity"]["ndcg@20"]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is suggested from a log whose catalogue has videos of all ages; the cut is 2 hours before its end."""
    work = tmp_path_factory.mktemp("catalogue")
    likes = [(f"a{place}", "old", 90) for place in range(40)] + [(f"z{place}", "late", 2) for place in range(40)]
    events = [{"userId": u, "kind": "like", "videoId": v, "at": NOW - ago * HOUR} for u, v, ago in likes]
    videos = [{"id": "kept", "createdAt": NOW - 200 * HOUR}, {"id": "unborn", "createdAt": NOW - HOUR}]
    videos += [{"id": "gone", "createdAt": NOW - 200 * HOUR, "removedAt": NOW - 60 * HOUR}]
    (work / "log").mkdir()
    for table, rows in (("events", events), ("videos", videos)):
        (work / "log" / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    told(work / "log", *ALONE, "--lists", work / "lists.tsv")
    return {line.split("\t")[2] for line in (work / "lists.tsv").read_text("utf-8").splitlines()}


def test_what_was_there_at_the_cut_may_be_suggested(catalogue: set[str]) -> None:
    """Also where nobody has watched it yet."""
    assert catalogue >= {"old", "kept"}


def test_a_video_that_was_made_after_the_cut_is_on_no_list(catalogue: set[str]) -> None:
    """Its row's createdAt keeps it out, for at the moment of the cut nobody could be shown it."""
    assert "unborn" not in catalogue


def test_a_video_that_was_removed_before_the_cut_is_on_no_list(catalogue: set[str]) -> None:
    """As a night shows none of them."""
    assert "gone" not in catalogue


def test_json_stays_json_where_a_baseline_finds_nothing(tmp_path: Path) -> None:
    """A ratio over 0 is told as null: NaN is no JSON."""
    train = {f"u{place}": [f"v{video}" for video in range(30)] for place in range(5)} | {"w": ["x"], "y": ["x", "z"]}
    found = told(lightgcn(tmp_path / "lost", train, {"w": ["z"]}), "--format", "lightgcn", *QUICK)
    assert found["methods"]["popularity"]["recall@20"] == 0.0


def test_videos_that_only_the_test_part_names_are_on_no_list(tmp_path: Path) -> None:
    """Everybody saw all of the rest: their membership alone would foretell them."""
    train = {f"u{user}": [f"v{video}" for video in range(12) if video != user % 12] for user in range(100)}
    val = {user: [f"w{video}" for video in range(5)] for user in train}
    found = told(pairs(tmp_path / "fresh", trn=train, val=val), "--format", "pairs", *QUICK)
    assert {name: row["recall@20"] for name, row in found["methods"].items()} == dict.fromkeys(found["methods"], 0.0)


def test_a_log_of_one_video_is_judged(tmp_path: Path) -> None:
    """Nothing leads from it to another, and a filter has no direction to work on."""
    likes = [{"userId": f"u{n}", "kind": "like", "videoId": "v", "at": NOW - (90 - n) * HOUR} for n in range(40)]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in likes))
    (tmp_path / "p.json").write_text(json.dumps({"similarity": {"low_rank": 1.0}}))
    found = told(tmp_path, "--baseline", "none", "--params", tmp_path / "p.json", "--threads", "1")
    assert (found["videos"], found["methods"]["contentgraph"]["recall@20"]) == (1, 1.0)


def test_a_file_of_lists_stays_until_new_ones_take_its_place(folder: Path, tmp_path: Path) -> None:
    """A command that fails leaves it as it was, and none where there was none."""
    kept, fresh = tmp_path / "kept.tsv", tmp_path / "fresh.tsv"
    kept.write_text("what was asked for yesterday")
    for lists in (kept, fresh):
        code, _, _ = run(tmp_path / "nowhere", "--format", "lightgcn", "--lists", lists)
        assert code == 2
    assert kept.read_text() == "what was asked for yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.tsv"]
    told(folder, "--format", "lightgcn", *ALONE, "--lists", kept)
    assert kept.read_text().count("\n") == 400 * 20
    assert [path.name for path in tmp_path.iterdir()] == ["kept.tsv"], "nothing is left beside it"


def refused(*arguments: object) -> str:
    """The one line of a command that must fail with exit code 2."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, ""), err
    assert "Traceback" not in err
    assert err.startswith("contentgraph: ")
    assert err.count("\n") == 1, "more than one line"
    return err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere", "--format", "lightgcn"], "nowhere/train.txt: no such file; give a folder that has it"),
        (["nowhere", "--format", "pairs"], "nowhere/trn.tsv: no such file"),
        (["nowhere"], "nowhere does not exist"),
        (["log", "--format", "netflix"], "--format is 'netflix'; give one of native, kuairand, lightgcn, pairs"),
        (["log", "--format", "tiktok"], "--format is 'tiktok'; give one of"),
        (["bad", "--format", "pairs"], "bad/trn.tsv:2: 'u1 v1' is no pair; write user, one tab, video"),
        (["log", "--features", "f.npy"], "--features goes with lightgcn and pairs"),
        (["log", "good"], "evaluate takes one PATH"),
        (["f.npy", "--features", "g.npy"], "evaluate takes one PATH"),
        (["good", "--format", "pairs", "--features", "f.npy", "g.npy"], "f.npy: no such file"),
        (["good", "--format", "pairs", "--features", "f.npy"], "f.npy: no such file"),
        (["log"], "has 1 pairs with points; a log to evaluate on needs more"),
        (["good", "--format", "pairs", "--budget", "-1"], "Invalid value for '--budget'"),
        (["good", "--format", "pairs", "--neighbours", "0"], "Invalid value for '--neighbours'"),
        (["good", "--format", "pairs", "--baseline", "none", "--seed", "-1"], "--seed"),
        (["good", "--format", "pairs", "--baseline", "none", "--params", "no.json"], "no.json cannot be read"),
        (["good", "--format", "pairs", "--baseline", "bogus", "--budget", "0"], "There is no baseline 'bogus'"),
        (
            ["good", "--format", "pairs", "--baseline", "recent_popularity", "--budget", "0"],
            "needs the times of the pairs",
        ),
        (["good", "--format", "pairs", *ALONE, "--lists", "nowhere/l.tsv"], "nowhere/l.tsv cannot be written"),
        ([], "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    pairs(tmp_path / "good", trn={"u": ["v1"], "w": ["v1", "v2"]}, val={"u": ["v2"]})
    pairs(tmp_path / "bad", trn={"u": ["v1"]}, val={"u": ["v2"]})
    (tmp_path / "bad" / "trn.tsv").write_text("u\tv1\nu1 v1\n")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "events.jsonl").write_text(
        json.dumps({"userId": "u", "kind": "like", "videoId": "v", "at": NOW}) + "\n"
    )
    assert says in refused(*arguments)


def refused_parameters(work: Path, text: str) -> str:
    good = pairs(work / "good", trn={"u": ["v1"], "w": ["v1", "v2"]}, val={"u": ["v2"]})
    (work / "params.json").write_text(text)
    return refused(good, "--format", "pairs", "--baseline", "none", "--threads", "1", "--params", work / "params.json")


@pytest.mark.parametrize(
    "nonsense",
    ["", "nonsense", "[1]", "null", "3", '{"novelty": 1}', '{"similarity": {"novelty": 1}}', '{"similarity": 3}',
     '{"similarity": {"beta": "x"}}', '{"similarity": {"beta": null}}', '{"similarity": {"sharpen": 0.4, "rank": 2.5}}',
     '{"lift": null}', '{"lift": {"quality": "x"}}', '{"popular": "x"}', '{"popular": null}', '{"taste_power": "x"}'],
)  # fmt: skip
def test_a_file_of_nonsense_is_one_line_and_exit_code_2(tmp_path: Path, nonsense: str) -> None:
    """Whatever it holds that is no set of parameters; the line names the file."""
    assert str(tmp_path / "params.json") in refused_parameters(tmp_path, nonsense)


@pytest.mark.parametrize(
    "wrong",
    ['{"similarity": {"user_cap": 1}}', '{"similarity": {"half_life_hours": 0}}', '{"lift": {"floor": 7}}',
     '{"popular": -1}', '{"taste_half_life_hours": 0}', '{"taste_half_life_hours": -5}'],
)  # fmt: skip
def test_a_parameter_out_of_range_is_one_line_and_exit_code_2(tmp_path: Path, wrong: str) -> None:
    refused_parameters(tmp_path, wrong)
