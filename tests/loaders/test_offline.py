"""A log cut by time: what is known at the cut, what leads, what counts and what is foretold, against plain Python."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders.offline import TimeSplit, read_log

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
HOUR = 3_600_000
ON_VIDEO = {"view", "completion", "like", "unlike", "comment", "share"}
EVENTS = ["view"] * 6 + ["completion", "like", "like", "unlike", "comment", "share", "hide", "unhide", "follow"]
WATCHED = [0, 500, 899, 900, 1_400, 1_500, 9_000]

Row = dict[str, Any]
Pair = tuple[str, str]


def write(folder: Path, events: Iterable[Row], videos: Iterable[Row] = ()) -> Path:
    for table, rows in (("events", list(events)), ("videos", list(videos))):
        if rows:
            (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def act(user: str, kind: str, video: str, hours_ago: float, **more: object) -> Row:
    return {"userId": user, "kind": kind, "videoId": video, "at": NOW - int(hours_ago * HOUR), **more}


def frame() -> list[Row]:
    """40 likes long ago and 40 at one moment 2 hours ago, with the last fifth of all among these: the cut."""
    early = [act(f"a{place}", "like", "old", 90) for place in range(40)]
    return early + [act(f"z{place}", "like", "late", 2) for place in range(40)]


def read(folder: Path) -> TimeSplit:
    return read_log([folder], clock=NOW)


def known(found: TimeSplit) -> dict[Pair, tuple[float, int, bool, bool]]:
    """Pair → points, latest event, leads, counts."""
    split, told = found.split, found.known
    assert told.pairs.points is not None
    assert told.pairs.at is not None
    users, videos = split.user_ids, split.video_ids
    columns = [told.pairs.user, told.pairs.video, told.pairs.points, told.pairs.at, told.leads, told.counted]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {(users[user], videos[video]): tuple(row) for user, video, *row in rows}


def targets(found: TimeSplit) -> dict[Pair, float]:
    split, told = found.split, found.split.targets.tocoo()
    rows = zip(split.judged[told.row].tolist(), told.col.tolist(), told.data.tolist(), strict=True)
    return {(split.user_ids[user], split.video_ids[video]): gain for user, video, gain in rows}


def points(acts: list[Row], duration: int) -> float:
    """10, 8, 6, 4 and 2 points for rewatch, completion, share, comment and like of one pair."""
    whole, told = {"view": [], "completion": []}, defaultdict(list)
    for row in acts:
        told[row["kind"]].append(row["at"])
        seen = row["watchedMs"] / duration if row["kind"] == "view" and duration else 0.0
        if row["kind"] == "completion" or seen >= 0.9:
            whole[row["kind"]].append((row["at"], row.get("eventId", f"@{row['at']}"), seen))
    again = any(seen >= 1.5 for _, _, seen in whole["view"]) or any(
        one[0] != two[0] and one[1] != two[1] for kind in whole.values() for one in kind for two in kind
    )
    liked = max(told["like"], default=-1) >= max(told["unlike"], default=0)
    done = bool(whole["view"] or whole["completion"])
    return 10.0 * again + 8.0 * done + 6.0 * bool(told["share"]) + 4.0 * bool(told["comment"]) + 2.0 * liked


def fold(events: list[Row], durations: dict[str, int]) -> tuple[dict[Pair, tuple[float, int]], set[Pair]]:
    """Pair → points and latest event; and the pairs that stand hidden."""
    acts: dict[Pair, list[Row]] = defaultdict(list)
    last: dict[str, dict[Pair, int]] = {"hide": {}, "unhide": {}}
    for row in events:
        pair = (row["userId"], row.get("videoId", ""))
        if row["kind"] in ON_VIDEO:
            acts[pair].append(row)
        elif row["kind"] in last:
            last[row["kind"]][pair] = max(row["at"], last[row["kind"]].get(pair, 0))
    pairs = {pair: (points(rows, durations.get(pair[1], 0)), max(r["at"] for r in rows)) for pair, rows in acts.items()}
    return pairs, {pair for pair, at in last["hide"].items() if at >= last["unhide"].get(pair, 0)}


def expected(events: list[Row], videos: list[Row]) -> tuple[int, dict[Pair, tuple], dict[Pair, float]]:
    """The cut, what is known before it, and what is foretold; one event at a time."""
    durations = {row["id"]: row["durationMs"] for row in videos}
    own = {(maker, row["id"]) for row in videos for maker in (row["creatorId"], *row["coCreatorIds"])}
    every, _ = fold(events, durations)
    late = sorted(at for gained, at in every.values() if gained > 0.0)
    cut = late[int(len(late) * 0.8)]
    early, hidden = fold([row for row in events if row["at"] < cut], durations)
    after, hidden_late = fold([row for row in events if row["at"] >= cut], durations)
    before = {
        pair: (gained, at, gained > 0.0 and pair not in hidden, pair not in own) for pair, (gained, at) in early.items()
    }
    goal = {
        pair: gained
        for pair, (gained, _) in after.items()
        if gained > 0.0 and pair not in early
        # What she hid, before or after, and her own are never suggested to her.
        if pair not in hidden_late and pair not in hidden and pair not in own
    }
    return cut, before, goal


def random_log(seed: int) -> tuple[list[Row], list[Row]]:
    """Small pools, so that times, ids, likes and hides collide; a video has no row, another no duration."""
    rng = random.Random(seed)
    users, shelf = [f"u{place}" for place in (*range(11), 100)], [f"v{place}" for place in (*range(10), 100)]
    videos = []
    for name in shelf[:-1]:
        maker, *others = rng.sample(users, 3)
        co = rng.choice([[], others])
        duration = rng.choice([0, 1_000, 1_000, 6_000])
        videos.append({"id": name, "creatorId": maker, "coCreatorIds": co, "durationMs": duration})
    events = []
    for _ in range(rng.choice([200, 600])):
        user = rng.choice(users)
        row = act(user, rng.choice(EVENTS), rng.choice(shelf), rng.choice([0.0, 1.0, rng.random() * 60]))
        if row["kind"] == "view":
            row["watchedMs"] = rng.choice(WATCHED)
        if row["kind"] == "follow":
            row["targetId"] = rng.choice([name for name in users if name != user])
            del row["videoId"]
        if rng.random() < 0.3:
            row["eventId"] = rng.choice(["a", "b", "ü"])
        events.append(row)
    return [*events, *rng.sample(events, 20)], videos


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_a_fold_in_plain_python(tmp_path: Path, seed: int) -> None:
    """Cut, points, times, what leads, what counts and every target with its gain."""
    events, videos = random_log(seed)
    found = read(write(tmp_path, events, videos))
    cut, before, goal = expected(events, videos)
    assert found.split.now == cut
    assert known(found) == before
    assert targets(found) == goal
    named = {row["videoId"] for row in events if row["kind"] in ON_VIDEO} | {row["id"] for row in videos}
    assert found.split.video_ids == sorted(named)


def test_the_order_of_rows_leaves_no_trace(tmp_path: Path) -> None:
    events, videos = random_log(50)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = read(write(tmp_path / "one", events, videos))
    two = read(write(tmp_path / "two", random.Random(1).sample(events, len(events)), videos[::-1]))
    assert (one.split.now, known(one), targets(one)) == (two.split.now, known(two), targets(two))


HIDES: dict[str, tuple[list[tuple[int, str]], bool]] = {
    "hidden": ([(40, "hide")], False),
    "shown again": ([(40, "hide"), (30, "unhide")], True),
    "both at once": ([(40, "hide"), (40, "unhide")], False),
    "hidden after the cut": ([(1, "hide")], True),
    "shown again after the cut": ([(40, "hide"), (1, "unhide")], False),
}
"""What somebody does with a video after her like: hours ago and kind; whether her like leads on."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> TimeSplit:
    """One log with a user for each line of the specification."""
    events = [
        act("grows", "view", "v", 50, watchedMs=900),
        act("grows", "like", "v", 1),
        act("at the cut", "like", "v", 2),
        act("takes back", "like", "v", 50),
        act("takes back", "unlike", "v", 1),
        act("comes back", "view", "v", 50, watchedMs=1),
        act("comes back", "like", "v", 1),
        act("comes back", "like", "late", 1),
        act("silent", "view", "v", 50, watchedMs=100),
        act("silent", "view", "late", 1, watchedMs=100),
        act("regrets", "like", "late", 1.5),
        act("regrets", "hide", "late", 1),
        act("ahead", "like", "late", -20),
        *(act(user, "like", "v", 50) for user in ("author", "friend")),
        *(act(user, "like", "v", 50) for user in HIDES),
        *(act(user, kind, "v", ago) for user, (hides, _) in HIDES.items() for ago, kind in hides),
    ]
    v = {"id": "v", "durationMs": 1_000, "creatorId": "author", "coCreatorIds": ["friend"]}
    videos = [v, {"id": "late", "durationMs": 1_000}]
    return read(write(tmp_path_factory.mktemp("log"), [*frame(), *events], videos))


def test_nothing_of_after_the_cut_is_known(found: TimeSplit) -> None:
    """A like that came later adds neither points nor time to a pair of before; the moment of the cut is after."""
    assert found.split.now == NOW - 2 * HOUR
    assert known(found)["grows", "v"] == (8.0, NOW - 50 * HOUR, True, True)
    assert all(at < NOW - 2 * HOUR for _, at, _, _ in known(found).values())
    assert ("at the cut", "v") not in known(found)
    assert targets(found)["at the cut", "v"] == 2.0


def test_an_unlike_of_after_the_cut_takes_no_earlier_like_back(found: TimeSplit) -> None:
    assert known(found)["takes back", "v"] == (2.0, NOW - 50 * HOUR, True, True)


def test_what_was_seen_before_the_cut_is_no_target(found: TimeSplit) -> None:
    """Not even where the earlier view was silent."""
    assert ("grows", "v") not in targets(found)
    assert ("comes back", "v") not in targets(found)
    assert targets(found)["comes back", "late"] == 2.0


def test_a_silent_view_is_seen_and_leads_nowhere(found: TimeSplit) -> None:
    """It is in what is known and masked, brings no points, and no target comes of one."""
    assert known(found)["silent", "v"] == (0.0, NOW - 50 * HOUR, False, True)
    user, video = found.split.user_ids.index("silent"), found.split.video_ids.index("v")
    assert found.split.seen[user, video] == 1.0
    assert "silent" not in {name for name, _ in targets(found)}


@pytest.mark.parametrize("user", HIDES)
def test_what_stands_hidden_at_the_cut_does_not_lead(found: TimeSplit, user: str) -> None:
    """It is known all the same; what is hidden or shown again later changes nothing."""
    assert known(found)[user, "v"] == (2.0, NOW - 50 * HOUR, HIDES[user][1], True)


def test_what_is_hidden_after_the_cut_is_no_target(found: TimeSplit) -> None:
    assert "regrets" not in {name for name, _ in targets(found)}


def test_the_own_views_of_creators_do_not_count(found: TimeSplit) -> None:
    """Neither the author's nor a co-creator's; they are known all the same."""
    counts = {user: known(found)[user, "v"][3] for user in ("author", "friend", "grows")}
    assert counts == {"author": False, "friend": False, "grows": True}


def test_events_later_than_the_clock_are_not_read(found: TimeSplit) -> None:
    assert "ahead" not in found.split.user_ids


def shown(found: TimeSplit) -> set[str]:
    split = found.split
    assert split.shown is not None
    return {name for name, kept in zip(split.video_ids, split.shown.tolist(), strict=True) if kept}


def test_a_video_that_only_later_events_name_is_a_target_and_not_shown(tmp_path: Path) -> None:
    """Unless the catalogue tells it: who knows it otherwise knows that it is somebody's target."""
    (tmp_path / "bare").mkdir()
    (tmp_path / "told").mkdir()
    bare, told = read(write(tmp_path / "bare", frame())), read(write(tmp_path / "told", frame(), [{"id": "late"}]))
    assert shown(bare) == {"old"}
    assert shown(told) == {"old", "late"}
    assert targets(bare) == targets(told) == {(f"z{place}", "late"): 2.0 for place in range(40)}


def test_a_length_that_a_log_of_views_tells_is_no_catalogue_row(tmp_path: Path) -> None:
    """KuaiRand names its videos by their views alone, later ones too."""
    rows = [
        f"{user},{video},{NOW - hours * HOUR},900,1000,1" for user, video, hours in [
            *((f"1{place:02}", 1, 90) for place in range(40)), *((f"2{place:02}", 2, 2) for place in range(40))
        ]
    ]  # fmt: skip
    header = "user_id,video_id,time_ms,play_time_ms,duration_ms,is_like"
    (tmp_path / "log.csv").write_text("\n".join([header, *rows]))
    found = read_log([tmp_path / "log.csv"], clock=NOW)
    assert found.split.video_ids == ["1", "2"]
    assert shown(found) == {"1"}
    assert len(targets(found)) == 40


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([act("u", "view", "v", 5, watchedMs=1)], "has 0 pairs with points; a log to evaluate on needs more"),
        ([act("u", "like", "v", 5)], "has 1 pairs with points"),
        ([act("u", "like", "v", 5), act("w", "like", "v", 5)], "has no pair to learn from"),
        ([act("u", "view", "v", 9, watchedMs=1), *(act(u, "like", "v", 5) for u in ("u", "u"))], "has 1 pairs"),
    ],
    ids=["silence", "one pair", "all at once", "one pair told twice"],
)
def test_a_log_too_small_to_cut_is_refused(tmp_path: Path, events: list[Row], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(write(tmp_path, events))
