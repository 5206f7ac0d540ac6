"""The check phase: what loads, what is turned away, and that order, cuts and repeats leave no trace."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.erasure import Tombstones, tombstone
from contentgraph.loaders.event_spool import GROUP_ROWS, SCHEMA, EventSpool
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.sources import open_sources
from contentgraph.loaders.spool import check

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
SHARED = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not SHARED.exists(), reason="the real data (../shared/data) is not here")


@pytest.fixture
def run(tmp_path):
    """Check paths; give what was checked, the events as dicts and the reject lines."""

    def run(*paths, now=NOW, **options):
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        with RejectWriter(tmp_path / "rejects", "run") as rejects:
            checked = check(open_sources(paths), work, now=now, rejects=rejects, **options)
        # Not splitlines: a row may hold other ends of lines, such as U+0085.
        told = rejects.path.read_text("utf-8").split("\n")[:-1] if checked.rejected else []
        return checked, pq.read_table(checked.events_path).to_pylist(), [json.loads(line) for line in told]

    return run


def jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def like(user="u1", video="v1", **more):
    return {"userId": user, "kind": "like", "videoId": video, "at": NOW - 5} | more


def test_bad_rows_are_turned_away_with_their_place_and_the_rest_loads(tmp_path, run):
    events = tmp_path / "events.jsonl"
    good = json.dumps(like())
    bad = json.dumps(like(user=""))
    events.write_text(f"{good}\n{bad}\n{{\n{good}\n", "utf-8")
    users = jsonl(tmp_path / "users.jsonl", [{"id": "u1", "kind": "robot"}, {"id": "u2"}])
    checked, rows, rejects = run(events, users)
    assert (checked.events, len(rows), checked.read) == (2, 2, 6)
    assert checked.rejected == Counter(bad_id=1, broken_json=1, bad_value=1)
    assert [(Path(r["file"]).name, r["line"], r["reason"]) for r in rejects] == [
        ("events.jsonl", 2, "bad_id"),
        ("events.jsonl", 3, "broken_json"),
        ("users.jsonl", 1, "bad_value"),
    ]
    assert json.loads(rejects[0]["row"]) == like(user="")
    assert set(checked.rows["users"]) == {"u2"}


def test_the_spool_has_the_fields_of_an_event(tmp_path, run):
    told = [
        like(eventId="e", country="br", source="feed"),
        {"userId": "a", "kind": "block", "targetId": "b", "at": NOW},
    ]
    checked, rows, _ = run(jsonl(tmp_path / "events.jsonl", told))
    assert pq.read_schema(checked.events_path).names == SCHEMA.names
    nothing = dict.fromkeys(SCHEMA.names)
    assert rows == [
        nothing
        | {"kind": "like", "user_id": "u1", "video_id": "v1", "at": NOW - 5}
        | {"event_id": "e", "country": "BR", "source": "feed"},
        nothing | {"kind": "block", "user_id": "a", "target_id": "b", "at": NOW},
    ]


def test_the_spool_writes_bounded_row_groups(tmp_path):
    event = ("like", "u", NOW, "v", None, None, None, None, None, None, None, None)
    with EventSpool(tmp_path / "e.parquet") as spool:
        for _ in range(GROUP_ROWS + 1):
            spool.append(event)
    assert spool.rows == GROUP_ROWS + 1
    assert pq.ParquetFile(tmp_path / "e.parquet").num_row_groups == 2


def test_without_events_the_spool_is_an_empty_table(tmp_path, run):
    checked, rows, _ = run(jsonl(tmp_path / "users.jsonl", [{"id": "u"}]))
    assert (checked.events, rows) == (0, [])


def test_a_native_event_announces_nobody_and_a_kuairand_log_all_it_names(tmp_path, run):
    checked, _, _ = run(jsonl(tmp_path / "events.jsonl", [like()]))
    assert checked.rows == {"users": {}, "videos": {}, "challenges": {}}
    log = tmp_path / "log.tsv"
    log.write_text("user_id\tvideo_id\ttime_ms\tplay_time_ms\tlabel\n1\t2\t1649581149287\t5\t1\n")
    checked, _, _ = run(log)
    assert (set(checked.rows["users"]), set(checked.rows["videos"])) == ({"1"}, {"2"})
    assert checked.rows["users"]["1"].values == {}


def test_an_item_is_taken_whole_or_rejected_once(tmp_path, run):
    item = {"id": "v", "createTime": 1_600_000_000, "author": "u", "stats": {"playCount": 5}}
    bad = item | {"id": "w", "author": "x", "createTime": 5}
    items = jsonl(tmp_path / "items.jsonl", [item, bad])
    checked, _, rejects = run(items)
    assert (set(checked.rows["videos"]), set(checked.rows["users"])) == ({"v"}, {"u"})
    assert [counter.video_id for counter in checked.counters] == ["v"]
    assert [(reject["line"], reject["reason"]) for reject in rejects] == [(2, "too_old")]


@pytest.mark.parametrize("said", [{"stats": {"playCount": -1}}, {"author": " "}])
def test_an_item_of_which_a_later_fact_is_wrong_is_rejected_once_and_leaves_nothing(tmp_path, run, said):
    item = {"id": "v", "createTime": 1_600_000_000, "author": "u", "stats": {"playCount": 5}}
    checked, _, rejects = run(jsonl(tmp_path / "items.jsonl", [item | said, item | {"id": "w", "author": "x"}]))
    assert (set(checked.rows["videos"]), set(checked.rows["users"])) == ({"w"}, {"x"})
    assert [counter.video_id for counter in checked.counters] == ["w"]
    assert [reject["line"] for reject in rejects] == [1]


def test_a_scraped_row_with_a_bad_count_is_rejected_once_and_leaves_nothing(tmp_path, run):
    header = "video_id,creator_id,post_time,scrape_time,views,likes\n"
    day = "2025-06-08T11:58:30"
    (tmp_path / "scrape.csv").write_text(f"{header}v,u,{day},{day},x,1\nw,x,{day},{day},1,1\n")
    checked, _, rejects = run(tmp_path / "scrape.csv")
    assert (set(checked.rows["videos"]), set(checked.rows["users"])) == ({"w"}, {"x"})
    assert [(reject["line"], reject["reason"]) for reject in rejects] == [(2, "bad_type")]


@pytest.mark.parametrize("ahead", [0, 1, 86_400_000])
def test_items_of_a_date_that_is_tomorrow_somewhere_load_as_native_rows_do(tmp_path, run, ahead):
    """Said at the date in the name, as of users-2026-11-01.jsonl; what was counted, no later than now."""
    item = {"id": "v", "createTime": 1_600_000_000, "author": "u", "stats": {"playCount": 5}}
    items = jsonl(tmp_path / "items-2026-11-01.jsonl", [item])
    users = jsonl(tmp_path / "users-2026-11-01.jsonl", [{"id": "n", "country": "BR"}])
    now = NOW - ahead
    checked, _, rejects = run(items, users, now=now)
    assert rejects == []
    assert checked.rows["videos"]["v"].updated_at == checked.rows["users"]["n"].updated_at == NOW
    assert [(counter.at, counter.views) for counter in checked.counters] == [(now, 5)]


def test_items_of_a_date_more_than_a_day_ahead_are_rejected_once_each(tmp_path, run):
    item = {"id": "v", "createTime": 1_600_000_000, "author": "u", "stats": {"playCount": 5}}
    checked, _, rejects = run(jsonl(tmp_path / "items-2026-11-01.jsonl", [item]), now=NOW - 86_400_001)
    assert [(reject["line"], reject["reason"]) for reject in rejects] == [(1, "future")]
    assert "check its name" in rejects[0]["message"]
    assert (checked.rows["videos"], checked.rows["users"], checked.counters) == ({}, {}, [])


def test_a_hide_and_a_follow_stay_where_the_view_beside_them_is_folded(tmp_path, run):
    """And what is folded of a row is counted once; a row from after the fold is taken whole."""
    log = tmp_path / "log.csv"
    log.write_text(
        "user_id,video_id,time_ms,play_time_ms,is_like,is_hate,is_follow\n"
        f"1,2,{NOW - 10},5,1,1,1\n1,3,{NOW - 10},5,1,0,0\n1,4,{NOW - 5},5,1,0,0\n"
    )
    checked, rows, rejects = run(log, folded_before=NOW - 5)
    assert [(row["video_id"], row["kind"]) for row in rows] == [("2", "hide"), ("4", "view"), ("4", "like")]
    assert checked.rejected == Counter(unusable_folded=2, unusable_follow=1)
    assert {reject["line"] for reject in rejects if reject["reason"] == "unusable_folded"} == {2, 3}
    assert set(checked.rows["users"]) == {"1"}


def test_who_was_erased_takes_her_row_along_but_not_the_video_that_stayed(tmp_path, run):
    """Of a folded row of hers nothing is taken either, and it is counted once."""
    salt = "00"
    gone = {tombstone(salt, "user", name): videos_stayed for name, videos_stayed in (("u", True), ("1", False))}
    item = {"id": "v", "createTime": 1_600_000_000, "author": "u", "stats": {"playCount": 5}}
    log = tmp_path / "log.csv"
    log.write_text(f"user_id,video_id,time_ms,play_time_ms,is_like,is_hate\n1,2,{NOW - 10},5,0,1\n1,3,{NOW},5,1,1\n")
    checked, rows, rejects = run(
        jsonl(tmp_path / "items.jsonl", [item]), log, erased=Tombstones([salt], gone), folded_before=NOW - 5
    )
    assert rows == []
    assert "creatorId" not in checked.rows["videos"]["v"].values
    assert [counter.video_id for counter in checked.counters] == ["v"]
    assert [(reject["line"], reject["reason"], reject["row"]) for reject in rejects] == [
        (1, "unusable_erased", None),
        (2, "unusable_folded", None),
        (3, "unusable_erased", None),
    ]


def test_a_float_without_a_fraction_is_a_whole_number_in_every_shape(tmp_path, run):
    view = {"userId": "u", "kind": "view", "videoId": "v", "at": NOW, "watchedMs": 1500.0}
    jsonl(tmp_path / "events-a.jsonl", [view])
    (tmp_path / "events-b.csv").write_text(f"userId,kind,videoId,at,watchedMs\nu,view,v,{NOW},1500.0\n")
    pq.write_table(pa.Table.from_pylist([view]), tmp_path / "events-c.parquet")
    _, rows, rejects = run(tmp_path)
    assert rejects == []
    assert [row["watched_ms"] for row in rows] == [1500] * 3


@pytest.mark.parametrize("cell", ["1500.5", "1500.", ".0", "1.0.0", "1e3", "9007199254740992.0", "١.0"])
def test_a_number_with_a_fraction_is_none_in_a_csv_file(tmp_path, run, cell):
    (tmp_path / "events.csv").write_text(f"userId,kind,videoId,at,watchedMs\nu,view,v,{NOW},{cell}\n", "utf-8")
    _, rows, rejects = run(tmp_path / "events.csv")
    assert (rows, [reject["reason"] for reject in rejects]) == ([], ["bad_type"])


def test_an_undated_row_never_beats_a_dated_file(tmp_path, run):
    old = jsonl(tmp_path / "users-2026-10-01.jsonl", [{"id": "u", "country": "BR"}])
    new = jsonl(tmp_path / "users-2026-10-02.jsonl", [{"id": "u", "country": "FR"}])
    none = jsonl(tmp_path / "users.jsonl", [{"id": "u", "country": "ZA", "kind": "brand"}])
    for order in ([old, new, none], [none, new, old]):
        state = run(*order)[0].rows["users"]["u"]
        assert state.values == {"country": "FR", "kind": "brand"}
        assert state.stamps == {"country": 1_790_899_200_000, "kind": 0}


def test_progress_counts_the_rows_read(tmp_path, run):
    told = []
    run(jsonl(tmp_path / "events.jsonl", [like()] * 40_000), on_progress=told.append)
    assert told == [16_384, 32_768, 40_000]


def test_a_work_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="another work folder"):
        check([], tmp_path / "absent", now=NOW, rejects=RejectWriter(tmp_path, "r"))


USERS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("ab"), "updatedAt": st.sampled_from(["2026-10-01", "2026-10-02"])},
        optional={"country": st.sampled_from(["BR", "FR"]), "kind": st.sampled_from(["brand", "media"])},
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=USERS, data=st.data())
def test_order_cuts_and_repeats_of_the_catalogue_leave_no_trace(tmp_path, run, told, data):
    once = run(jsonl(tmp_path / "users.jsonl", told))[0].rows
    shuffled = data.draw(st.permutations(told))
    cut = data.draw(st.integers(0, len(told)))
    parts = [shuffled[:cut], shuffled[cut:], told[:1]]
    paths = [jsonl(tmp_path / f"users-part{i}.jsonl", part) for i, part in enumerate(parts)]
    assert run(*paths)[0].rows == once


@pytest.mark.parametrize("name", ["events.jsonl", "users.csv", "videos.jsonl.gz", "challenges.csv.zst", "items.json"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_bytes_nothing_but_rejects_comes_of_them(tmp_path, run, name, data):
    lines = [
        json.dumps(like()).encode(),
        b'{"id":"x","caption":"#a"}',
        b"id,caption",
        b'x,"',
        b"\xff",
        b"\0",
        b"[{",
        b"",
    ]
    good = b'[{"id":"v","createTime":1600000000,"stats":{}},' if name == "items.json" else b'id,kind\n{"id":1}\n'
    body = good + b"\n".join(data.draw(st.lists(st.sampled_from(lines) | st.binary(max_size=20), max_size=5)))
    packed = gzip.compress(body) if data.draw(st.booleans()) else body
    damaged = bytearray(packed)
    if data.draw(st.booleans()):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(bytes(damaged))
    try:
        run(path)
    except UsageError as error:
        assert "Traceback" not in str(error)  # noqa: PT017 - either outcome is right


@real
def test_all_of_the_kuairand_log_loads(run):
    """41,828 rows: 33,745 likes, 8,083 hides, 304 follows that name nobody (data/README.md and the file itself)."""
    checked, rows, rejects = run(SHARED / "kuairand")
    kinds = Counter(row["kind"] for row in rows)
    assert checked.read == kinds["view"] == 41_828
    assert (kinds["like"], kinds["hide"]) == (33_745, 8_083)
    assert checked.rejected == Counter(unusable_follow=304)
    assert len(rejects) == 304
    assert (len(checked.rows["users"]), len(checked.rows["videos"])) == (664, 9_359)
    assert sum("durationMs" not in state.values for state in checked.rows["videos"].values()) == 1_200


@real
def test_all_of_the_tiktok_items_load(run):
    checked, rows, _ = run(SHARED / "tiktok-2020")
    assert rows == []
    assert len(checked.rows["videos"]) == len(checked.counters) == 1_066
    assert checked.rejected == Counter(unusable_trend=20)
    assert checked.rows["challenges"] == {}
    tagged = Counter(tag for state in checked.rows["videos"].values() for tag in state.values["hashtags"])
    assert tagged["fyp"] > 417  # data/README.md: one in 417 of the thousand
    assert all(state.values["createdAt"] <= state.updated_at for state in checked.rows["videos"].values())


@real
def test_all_of_the_scraped_tables_load_but_a_video_of_thirty_hours(run):
    checked, _, rejects = run(SHARED / "tiktok-feed-2025")
    assert checked.read == 31_522 + 58_266
    assert len(checked.rows["videos"]) == 31_521
    assert len(checked.counters) == 58_266
    assert [reject["message"] for reject in rejects] == ["durationMs is 108000000; the greatest is 86400000"]
