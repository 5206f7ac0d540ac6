"""The sample's files: native, checked, the same for the same seed, the truth apart."""

import hashlib
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.catalogue import check_row
from contentgraph.graph.events import check_event
from contentgraph.graph.platform.events import KINDS
from contentgraph.graph.platform.generating import PlatformConfig, generate
from contentgraph.loaders.sample import SampleSummary, load_truth, write_sample

UNTIL = 1_793_491_200_000  # 2026-11-01T00:00:00Z
CONFIG = PlatformConfig(users=1500, videos=900, events=30_000, until=UNTIL, seed=5)
FILES = ("users.jsonl", "videos.jsonl", "challenges.jsonl", "events.jsonl", "truth.npz")


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("sample") / "made" / "here", CONFIG)


def test_the_folder_holds_the_native_files_and_the_truth_and_nothing_else(summary: SampleSummary) -> None:
    assert sorted(p.name for p in summary.directory.iterdir()) == sorted(FILES)
    assert summary.bytes == sum(p.stat().st_size for p in summary.directory.iterdir())


def test_the_summary_counts_the_rows(summary: SampleSummary) -> None:
    for name in ("users", "videos", "challenges", "events"):
        assert len(rows(summary.directory / f"{name}.jsonl")) == getattr(summary, name)
    assert (summary.users, summary.videos, summary.events) == (1500, 900, 30_000)


def test_every_row_passes_the_checks_and_names_only_what_is_there(summary: SampleSummary) -> None:
    ids: dict[str, set[str]] = {}
    for table in ("users", "videos", "challenges"):
        said = rows(summary.directory / f"{table}.jsonl")
        checked = [check_row(table, row, stated_at=UNTIL, now=UNTIL) for row in said]  # type: ignore[arg-type]
        ids[table] = {row.id for row in checked}
        assert len(ids[table]) == len(said)
    for row in rows(summary.directory / "videos.jsonl"):
        people = [row["creatorId"], *row.get("coCreatorIds", ()), *row.get("mentions", ())]  # type: ignore[misc]
        assert set(people) <= ids["users"]
        assert set(row.get("challengeIds", ())) <= ids["challenges"]  # type: ignore[call-overload]
        assert row.get("remixOf", row["id"]) in ids["videos"]
    events = [check_event(row, now=UNTIL) for row in rows(summary.directory / "events.jsonl")]
    assert {e.user_id for e in events} <= ids["users"]
    assert {e.video_id for e in events if e.video_id} <= ids["videos"]
    assert {e.target_id for e in events if e.target_id} <= ids["users"]
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert events[-1].at <= UNTIL


def test_captions_say_the_same_hashtags_and_mentions_as_their_rows(summary: SampleSummary) -> None:
    """The parser finds in the caption what the row lists, in every script, with ``##`` and emoji."""
    told = rows(summary.directory / "videos.jsonl")
    silent = [{k: v for k, v in row.items() if k not in ("hashtags", "mentions")} for row in told]
    for row, caption_only in zip(told, silent, strict=True):
        values = check_row("videos", caption_only, stated_at=UNTIL, now=UNTIL).values
        assert set(values.get("hashtags", ())) == set(row.get("hashtags", ()))  # type: ignore[arg-type, call-overload]
        assert set(values.get("mentions", ())) == set(row.get("mentions", ()))  # type: ignore[arg-type, call-overload]
    assert any("♬" in str(row["caption"]) for row in told)
    assert {row["language"] for row in told} == {"en", "es", "pt", "id", "fr", "de", "ja", "hi", "ar", "vi"}


def test_the_events_file_is_the_platform(summary: SampleSummary) -> None:
    platform = generate(CONFIG, np.random.default_rng(CONFIG.seed))
    log = platform.events
    for i, row in enumerate(rows(summary.directory / "events.jsonl")):
        assert row["userId"] == platform.people.ids[log.user[i]]
        assert row["kind"] == KINDS[log.kind[i]]
        assert row.get("videoId") == (platform.videos.ids[log.video[i]] if log.video[i] >= 0 else None)
        assert row.get("targetId") == (platform.people.ids[log.target[i]] if log.target[i] >= 0 else None)
        assert row.get("watchedMs", -1) == log.watched[i]


def test_the_same_seed_gives_the_same_bytes(summary: SampleSummary, tmp_path: Path) -> None:
    write_sample(tmp_path, CONFIG)
    for name in FILES:
        one, other = ((folder / name).read_bytes() for folder in (summary.directory, tmp_path))
        assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest(), name


def test_the_truth_comes_back_as_it_was(summary: SampleSummary) -> None:
    truth, made = load_truth(summary.directory), generate(CONFIG, np.random.default_rng(CONFIG.seed)).truth
    for field in fields(made):
        np.testing.assert_array_equal(getattr(truth, field.name), getattr(made, field.name))
    assert load_truth(summary.directory / "truth.npz").scale == made.scale


def test_the_drifting_truth_keeps_both_ends(tmp_path: Path) -> None:
    write_sample(tmp_path, PlatformConfig(50, 40, 300, UNTIL, taste="drifting"))
    truth = load_truth(tmp_path)
    assert not np.array_equal(truth.taste_first, truth.taste_last)


def test_a_missing_or_wrong_truth_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"truth\.npz"):
        load_truth(tmp_path)
    (tmp_path / "truth.npz").write_text("no")
    with pytest.raises(UsageError, match=r"truth\.npz"):
        load_truth(tmp_path)
    np.savez(tmp_path / "truth.npz", some=np.arange(3))
    with pytest.raises(UsageError, match=r"truth\.npz"):
        load_truth(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file"):
        write_sample(tmp_path / "file" / "folder", CONFIG)


def test_progress_is_told_each_step(tmp_path: Path) -> None:
    steps: list[str] = []
    write_sample(tmp_path, PlatformConfig(10, 5, 20, UNTIL), steps.append)  # so small that views may be made twice
    assert list(dict.fromkeys(steps)) == ["people", "videos", "views", "outcomes", "names", "files"]
