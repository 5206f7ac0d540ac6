"""Sources: what a path is, and what each format says."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders.raw import Rejected
from contentgraph.loaders.source_native import date_in
from contentgraph.loaders.sources import open_sources

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
KUAIRAND = "user_id\tvideo_id\ttime_ms\tis_follow\tis_comment\tis_forward\tplay_time_ms\tduration_ms\tlabel\n"
ITEM = {
    "id": "v1",
    "createTime": 1_600_000_000,
    "desc": r"dance @user #Fyp\ud83d\udcaa",
    "author": {"id": "u1"},
    "video": {"duration": 15},
    "music": {"id": "", "title": "original sound", "original": True},
    "stats": {"playCount": 9, "diggCount": 3, "shareCount": 2, "commentCount": 1},
    "challenges": [{"title": "fyp"}, {"title": "fyp"}],
    "textExtra": [{"hashtagName": "dance＃now", "hashtagId": ""}, {"hashtagName": "", "userId": "u9"}],
    "duetInfo": {"duetFromId": "v0"},
}


@pytest.fixture
def folder(tmp_path):
    """Write files by name and give their folder."""

    def folder(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return folder


def opened(path, **options):
    return {source.path.name: source.format for source in open_sources([path], **options)}


def rows(path, now=NOW):
    return [(raw.line, raw.table, raw.value) for source in open_sources([path]) for raw in source.rows(now)]


def test_a_folder_of_native_files_gives_those_and_opens_no_other(folder):
    path = folder(users__jsonl="", events_1__csv="userId,kind,at\n", truth__json="{", notes__md="x", other__csv="x")
    (path / "truth.json").chmod(0)
    assert opened(path) == {"events_1.csv": "native", "users.jsonl": "native"}


def test_a_file_named_twice_is_read_once(folder):
    path = folder(users__jsonl="")
    assert len(open_sources([path, path / "users.jsonl", path / "." / "users.jsonl"])) == 1


def test_other_formats_are_known_by_their_content(folder):
    path = folder(
        log__tsv=KUAIRAND,
        items__json=json.dumps([ITEM], indent=1),
        flat__jsonl=json.dumps(ITEM),
        trends__json=json.dumps({"hashtags": [], "sounds": []}),
        videos__csv="video_id,creator_id,post_time,scrape_time,views,likes\n",
        snapshots__csv="video_id,scrape_time,views,likes\n",
    )
    assert opened(path) == {
        "log.tsv": "kuairand",
        "items.json": "tiktok",
        "flat.jsonl": "tiktok",
        "trends.json": "tiktok",
        "videos.csv": "tiktok",
        "snapshots.csv": "tiktok",
    }


@pytest.mark.parametrize(
    ("files", "name", "message"),
    [
        ({}, "nothing.jsonl", "does not exist"),
        ({}, "", "no data file"),
        ({"notes__md": "x"}, "", "no data file"),
        ({"notes__md": "x"}, "notes.md", "no file that is known"),
        ({"event__jsonl": '{"userId":1}'}, "", "no file that is known"),
        ({"events__json": "[]"}, "events.json", "no file that is known"),
        ({"events__parquet__gz": "x"}, "events.parquet.gz", "no file that is known"),
        ({"events__csv": "user,kind,at\n"}, "", "no column userId"),
        ({"users__csv": "name\n"}, "", "no column id"),
        ({"strange__csv": "a,b\n"}, "", "no file that is known"),
    ],
)
def test_what_cannot_be_read_is_said_at_once(folder, files, name, message):
    with pytest.raises(UsageError, match=message):
        open_sources([folder(**files) / name])


def test_no_path_or_a_wrong_format_is_said(folder):
    with pytest.raises(UsageError, match="no path"):
        open_sources([])
    with pytest.raises(UsageError, match="native, kuairand, tiktok"):
        open_sources([folder()], format="csv")
    with pytest.raises(UsageError, match="not a kuairand file"):
        open_sources([folder(users__jsonl="") / "users.jsonl"], format="kuairand")


def test_parquet_without_a_needed_column_is_said(tmp_path):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "events.parquet")
    with pytest.raises(UsageError, match="userId, kind, at"):
        open_sources([tmp_path])


@pytest.mark.parametrize(
    ("name", "header", "column"),
    [
        ("events.csv", "userId,kind,at,videoId,watchedMs,watchedMs", "watchedMs"),
        ("users.csv", 'id;country; "country"', "country"),
        ("log.tsv", KUAIRAND.strip() + "\tis_comment", "is_comment"),
        ("scrape.csv", "video_id,scrape_time,views,likes,views", "views"),
    ],
)
def test_a_csv_column_that_is_read_and_there_twice_is_said(folder, name, header, column):
    """One that is not read may stand there as often as it likes."""
    delimiter = next(sign for sign in "\t;," if sign in header)
    path = folder(**{name.replace(".", "__"): header + "\n"})
    with pytest.raises(UsageError, match=rf"{name}: more than one column {column};"):
        open_sources([path])
    once = [*dict.fromkeys(told.strip(' "') for told in header.split(delimiter)), "x", "x"]
    assert len(open_sources([folder(**{name.replace(".", "__"): delimiter.join(once) + "\n"})])) == 1


def test_a_parquet_column_that_is_read_and_there_twice_is_said(tmp_path):
    names = ["userId", "kind", "at", "at"]
    pq.write_table(pa.table([pa.array(["x"])] * 4, names=names), tmp_path / "events.parquet")
    with pytest.raises(UsageError, match=r"events\.parquet: more than one column at;"):
        open_sources([tmp_path])


def test_a_csv_file_in_utf_16_is_one_reject_and_the_other_files_load(folder):
    path = folder(events__csv="userId,kind,at\nu,like,1\n".encode("utf-16"), users__csv="id\nu1\n")
    (_, _, value), user = rows(path)
    assert (value.reason, value.message) == ("bad_encoding", "events.csv is UTF-16; write it as UTF-8")
    assert user == (2, "users", {"id": "u1"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("users-2026-11-01.jsonl", NOW),
        ("users_20261101.csv.gz", NOW),
        ("users-2026-13-01-2026-11-01.csv", NOW),
        ("users.jsonl", 0),
        ("users-12026110155.jsonl", 0),
    ],
)
def test_the_date_in_a_name_is_when_its_rows_were_said(name, expected):
    assert date_in(name) == expected


def test_every_shape_of_a_native_table_gives_the_same_rows(tmp_path):
    told = [{"id": f"u{i}", "country": "BR", "languages": ["en", "pt"]} for i in range(3)]
    jsonl = "".join(json.dumps(row) + "\n" for row in told).encode()
    (tmp_path / "users-a.jsonl").write_bytes(jsonl)
    (tmp_path / "users-b.jsonl.gz").write_bytes(gzip.compress(jsonl))
    pq.write_table(pa.Table.from_pylist(told), tmp_path / "users-c.parquet")
    csv = "id,country,languages\n" + "".join(f"u{i},BR,en|pt\n" for i in range(3))
    (tmp_path / "users-d.csv").write_text(csv)
    a, b, c, d = ([raw.value for raw in source.rows(NOW)] for source in open_sources([tmp_path]))
    assert a == b == c == told
    assert d == [row | {"languages": "en|pt"} for row in told]


def test_a_kuairand_row_is_a_view_and_what_its_flags_say(folder):
    at = 1_649_581_149_287
    log = KUAIRAND + f"1\t2\t{at}\t1\t1\t1\t4000\t9000\t1\n" + f"1\t3\t{at}\t0\t0\t0\t10\t0\t0\n"
    told = {"userId": "1", "videoId": "2", "at": at}
    other = {"userId": "1", "videoId": "3", "at": at}
    found = rows(folder(log__tsv=log))
    assert [row for row in found if not isinstance(row[2], Rejected)] == [
        (2, "events", told | {"kind": "view", "watchedMs": 4000}),
        (2, "events", told | {"kind": "comment"}),
        (2, "events", told | {"kind": "share"}),
        (2, "events", told | {"kind": "like"}),
        (3, "events", other | {"kind": "view", "watchedMs": 10}),
        (3, "events", other | {"kind": "hide"}),
        (0, "videos", {"id": "2", "durationMs": 9000, "updatedAt": at}),
    ]
    assert [(line, value.reason) for line, _, value in found if isinstance(value, Rejected)] == [(2, "unusable_follow")]


FLAGS = {
    "is_like": "like",
    "is_comment": "comment",
    "is_forward": "share",
    "is_hate": "hide",
    "is_follow": "unusable_follow",
    "label": "like",
}


@pytest.mark.parametrize(
    ("cell", "told"),
    [("1", True), ("1.0", True), ("True", True), ("0", False), ("0.0", False), ("FALSE", False), ("", None)],
)
@pytest.mark.parametrize("flag", FLAGS)
def test_a_kuairand_flag_is_read_as_flags_are_and_as_pandas_writes_it(folder, flag, cell, told):
    """A label of 0 alone says something; an empty cell says nothing."""
    header = ",".join(("user_id", "video_id", "time_ms", "play_time_ms", *FLAGS))
    cells = ",".join(cell if name == flag else "" for name in FLAGS)
    view, *more = rows(folder(log__csv=f"{header}\n1,2,1649581149287,5,{cells}\n"))
    assert view[2]["kind"] == "view"
    said = [value.reason if isinstance(value, Rejected) else value["kind"] for _, _, value in more]
    denied = ["hide"] if flag == "label" else []
    assert said == {True: [FLAGS[flag]], False: denied, None: []}[told]


@pytest.mark.parametrize("flag", FLAGS)
def test_a_kuairand_flag_that_is_none_is_said_with_its_name(folder, flag):
    header = ",".join(("user_id", "video_id", "time_ms", "play_time_ms", *FLAGS))
    cells = ",".join("maybe" if name == flag else "0" for name in FLAGS)
    ((_, _, value),) = rows(folder(log__csv=f"{header}\n1,2,1649581149287,5,{cells}\n"))
    assert value.reason == "bad_value"
    assert value.message.startswith(f"{flag} is 'maybe'; 1 is a ")


def test_the_newest_known_duration_of_a_kuairand_video_wins_in_any_order(folder):
    at = 1_649_581_149_287
    told = [(at + 2, 7000), (at + 1, 9000), (at + 3, 0), (at + 2, 10_000)]
    lines = [f"1\t2\t{time}\t0\t0\t0\t10\t{duration}\t1\n" for time, duration in told]
    expected = (0, "videos", {"id": "2", "durationMs": 7000, "updatedAt": at + 2})  # "7000" > "10000" as JSON
    assert rows(folder(log__tsv=KUAIRAND + "".join(lines)))[-1] == expected
    assert rows(folder(log__tsv=KUAIRAND + "".join(reversed(lines))))[-1] == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\t2\t1649581149287\t0\t0\t0\t1\t1\t1", "missing_field"),
        ("1\t2\t1649581149\t0\t0\t0\t1\t1\t1", "too_old"),
        ("1\t2\t1649581149287\t0\t0\t0\t-1\t1\t1", "negative"),
        ("1\t2\t1649581149287\t0\t0\t0\t1\t-1\t1", "negative"),
        ("1\t2\t1649581149287\t0\t0\t0\t1\t1\t2", "bad_value"),
        ("1\t2\t1649581149287\tyes\t0\t0\t1\t1\t1", "bad_value"),
        ("1\t2\t1649581149287\t0\t2\t0\t1\t1\t1", "bad_value"),
        ("1\t2\t1649581149287\t0\t0\t0.5\t1\t1\t1", "bad_value"),
        ("1\t2", "bad_columns"),
    ],
)
def test_a_kuairand_row_that_cannot_be_right_is_one_reject(folder, line, reason):
    ((number, table, value),) = rows(folder(log__tsv=KUAIRAND + line + "\n"))
    assert (number, table, value.reason) == (2, "events", reason)


def test_a_web_item_is_a_video_its_counters_and_its_creator(folder):
    at = 1_600_000_000_000
    assert rows(folder(items__json=json.dumps([ITEM]))) == [
        (
            1,
            "videos",
            {
                "id": "v1",
                "creatorId": "u1",
                "createdAt": at,
                "durationMs": 15_000,
                "caption": "dance @user #Fyp💪",
                "hashtags": ["fyp", "fyp", "dance", "now"],
                "mentions": ["u9"],
                "soundId": None,
                "soundTitle": "original sound",
                "soundOriginal": True,
                "remixOf": "v0",
                "updatedAt": at,
            },
        ),
        (1, "counters", {"videoId": "v1", "at": at, "views": 9, "likes": 3, "comments": 1, "shares": 2}),
        (1, "users", {"id": "u1", "updatedAt": at}),
    ]


def test_items_were_scraped_when_the_newest_was_posted_or_at_the_date_in_the_name(folder):
    newer = ITEM | {"id": "v2", "createTime": 1_600_000_900}
    future = ITEM | {"id": "v3", "createTime": 2_000_000_000}
    text = "\n".join(map(json.dumps, [ITEM, newer, future]))
    found = rows(folder(flat__jsonl=text))
    assert {value["at"] for _, table, value in found if table == "counters"} == {1_600_000_900_000}
    (folder() / "flat.jsonl").unlink()
    found = rows(folder(**{"flat-2026-11-01__jsonl": text}))
    assert {value["at"] for _, table, value in found if table == "counters"} == {NOW}


@pytest.mark.parametrize(
    "item",
    [
        {"id": "v", "createTime": 1_600_000_000, "stats": None},
        {"id": "v", "createTime": "1600000000", "stats": {}, "author": "u", "duration": 15, "music": None},
        {"id": "v", "createTime": [], "stats": [], "author": [], "video": 3, "challenges": 5, "textExtra": "x"},
        {"id": None, "createTime": None, "stats": {"playCount": "x"}, "challenges": [5, {"title": 7}]},
    ],
)
def test_strange_items_are_rows_too(folder, item):
    assert rows(folder(flat__jsonl=json.dumps(item)))[0][1] == "videos"


def test_scraped_tables_are_videos_counters_and_creators(folder):
    at = "2025-06-08T11:58:30"
    videos = (
        "video_id,creator_id,post_time,duration_s,hashtags,music_id,music_original,scrape_time,views,likes,comments,shares\n"
        f'v1,u1,2020-07-04T11:27:48,58.0,"a, b",m1,true,{at},1300000.0,16100000.000000002,,\n'
    )
    video, counter, user = rows(folder(videos__csv=videos))
    assert video[2] == {
        "id": "v1",
        "creatorId": "u1",
        "createdAt": "2020-07-04T11:27:48",
        "durationMs": 58_000,
        "hashtags": ["a", "b"],
        "soundId": "m1",
        "soundOriginal": "true",
        "updatedAt": at,
    }
    counts = {"views": 1_300_000, "likes": 16_100_000, "comments": None, "shares": None}
    assert counter == (2, "counters", {"videoId": "v1", "at": at} | counts)
    assert user == (2, "users", {"id": "u1", "updatedAt": at})


def test_trends_are_counted_and_explained(folder):
    text = json.dumps({"hashtags": [{"challengeName": "a"}], "sounds": [{"title": "b"}]})
    assert [(line, value.reason) for line, _, value in rows(folder(trends__json=text))] == [
        (1, "unusable_trend"),
        (2, "unusable_trend"),
    ]


def test_a_list_of_trends_with_a_byte_order_mark_is_read(folder):
    text = "\ufeff" + json.dumps({"hashtags": [{"challengeName": "a"}], "sounds": []})
    assert [value.reason for _, _, value in rows(folder(trends__json=text))] == ["unusable_trend"]
