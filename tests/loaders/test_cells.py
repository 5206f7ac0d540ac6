"""Reading: bounded lines, damage as one row, the same values out of every shape."""

import gzip
import io
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from contentgraph.loaders import streams
from contentgraph.loaders.cells import csv_rows, json_array, json_lines, parquet_rows
from contentgraph.loaders.raw import Rejected

ROWS = b"".join(b'{"id":%d}\n' % i for i in range(1, 50_001))


def zst(data):
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def split(rows):
    """(good rows as (line, row), rejects as (line, reason))."""
    good, bad = [], []
    for line, row in rows:
        if isinstance(row, Rejected):
            bad.append((line, row.reason))
        else:
            good.append((line, row))
    return good, bad


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zst])
def test_lines_are_the_same_however_they_are_packed(write, pack):
    good, bad = split(json_lines(write("a.jsonl", pack(ROWS))))
    assert bad == []
    assert good[0] == (1, {"id": 1})
    assert good[-1] == (50_000, {"id": 50_000})


def test_several_members_and_frames_are_read_through(write):
    for pack in (gzip.compress, zst):
        good, bad = split(json_lines(write("a.jsonl", pack(b'{"id":1}\n') + pack(b"") + pack(b'{"id":2}'))))
        assert ([row["id"] for _, row in good], bad) == ([1, 2], [])


@pytest.mark.parametrize("pack", [gzip.compress, zst])
def test_a_cut_archive_gives_what_can_be_read_and_one_reject(write, pack):
    packed = pack(ROWS)
    good, bad = split(json_lines(write("a.jsonl.gz", packed[: len(packed) * 2 // 3])))
    if pack is gzip.compress:
        assert 10_000 < len(good) < 50_000
    assert bad == [(len(good) + 1, "truncated")]


@pytest.mark.parametrize("pack", [gzip.compress, zst])
def test_a_corrupted_archive_gives_one_reject_and_no_error(write, pack):
    packed = bytearray(pack(ROWS))
    packed[len(packed) // 2] ^= 0xFF
    _, bad = split(json_lines(write("a.jsonl.gz", bytes(packed))))
    assert "truncated" in {reason for _, reason in bad}


def test_a_name_that_promises_an_archive_is_not_believed(write):
    assert split(json_lines(write("a.jsonl.gz", ROWS))) == ([], [(1, "truncated")])
    assert len(split(json_lines(write("a.jsonl", gzip.compress(ROWS))))[0]) == 50_000


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_zip_bomb_is_one_reject_and_little_memory(write, suffix, monkeypatch):
    monkeypatch.setattr(streams, "BOMB_BYTES", 1 << 24)
    bomb = io.BytesIO()
    if suffix == ".gz":
        with gzip.GzipFile(fileobj=bomb, mode="wb", compresslevel=9) as file:
            file.write(b'{"id":1}\n')
            for _ in range(64):
                file.write(bytes(1 << 20))
    else:
        bomb.write(zst(b'{"id":1}\n' + bytes(1 << 26)))
    path = write("a.jsonl" + suffix, bomb.getvalue())
    tracemalloc.start()
    good, bad = split(json_lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert good == [(1, {"id": 1})]
    assert bad == [(2, "too_long"), (3, "truncated")]
    assert peak < 5e7 if suffix == ".gz" else peak < 1.5e8


def test_a_line_above_1_mib_is_skipped_without_being_held(write):
    data = b'{"id":1}\n{"id":"' + b"x" * (1 << 24) + b'"}\n{"id":3}\n'
    path = write("a.jsonl", data)
    tracemalloc.start()
    found = split(json_lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ([(1, {"id": 1}), (3, {"id": 3})], [(2, "too_long")])
    assert peak < 6e6


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "broken_json"),
        (b'{"id":NaN}', "broken_json"),
        (b'{"a":' * 5000, "broken_json"),
        (b"[1]", "not_an_object"),
        (b'"x"', "not_an_object"),
        (b"null", "not_an_object"),
        ('{"id":"ü"}'.encode("latin-1"), "bad_encoding"),
        (rb'{"id":"\ud83d"}', "bad_encoding"),
        (b"\0" * 50, "nul_byte"),
    ],
)
def test_a_broken_line_is_one_reject_and_the_rest_loads(write, line, reason):
    data = b'{"id":1}\n' + line + b'\n\n  \r\n{"id":4}'
    assert split(json_lines(write("a.jsonl", data))) == ([(1, {"id": 1}), (5, {"id": 4})], [(2, reason)])


def test_a_byte_order_mark_is_no_part_of_the_text(write):
    assert split(json_lines(write("a.jsonl", b'\xef\xbb\xbf{"id":1}')))[0] == [(1, {"id": 1})]
    assert split(csv_rows(write("a.csv", b"\xef\xbb\xbfid\n1\n")))[0] == [(2, {"id": "1"})]


def test_utf_16_is_said_once(write):
    assert split(json_lines(write("a.jsonl", '{"id":1}\n{"id":2}'.encode("utf-16")))) == ([], [(1, "bad_encoding")])


def test_csv_rows_have_the_line_on_which_they_began(write):
    data = b'id,caption\n1,"two\nlines, ""quoted"""\n2,\n\n3,x\r\n'
    assert split(csv_rows(write("a.csv", data)))[0] == [
        (2, {"id": "1", "caption": 'two\nlines, "quoted"'}),
        (4, {"id": "2"}),
        (6, {"id": "3", "caption": "x"}),
    ]


def test_csv_rows_that_do_not_fit_the_header_are_rejected(write):
    data = b"id,a\n1,x,y\n2\n\xff,x\n" + b"z" * (1 << 21) + b"\n5,x\n"
    good, bad = split(csv_rows(write("a.csv", data)))
    assert good == [(6, {"id": "5", "a": "x"})]
    assert sorted(bad) == [(2, "bad_columns"), (3, "bad_columns"), (4, "bad_encoding"), (5, "too_long")]


def test_a_quote_that_is_never_closed_costs_a_bounded_piece(write):
    rest = b"".join(b"%d,x\n" % i for i in range(40_000))
    good, bad = split(csv_rows(write("a.csv", b'id,a\n1,"open\n' + rest)))
    assert [reason for _, reason in bad] == ["bad_columns"]
    assert len(good) > 15_000


def test_without_a_readable_header_nothing_is_guessed(write):
    assert split(csv_rows(write("a.csv", b"\xff,a\n1,x\n"))) == ([], [(1, "bad_encoding")])
    assert split(csv_rows(write("b.csv", b""))) == ([], [])
    assert split(csv_rows(write("c.csv.gz", b"id\n1\n"))) == ([], [(1, "truncated")])


def test_tabs_and_semicolons_are_found_out(write):
    for delimiter in "\t;":
        data = f"id{delimiter}a\n1{delimiter}x,y\n".encode()
        assert split(csv_rows(write("a.csv", data)))[0] == [(2, {"id": "1", "a": "x,y"})]


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 18])
def test_an_array_gives_its_items_whatever_the_chunks(write, chunk, monkeypatch):
    monkeypatch.setattr(streams, "CHUNK_BYTES", chunk)
    data = rb' [ {"a":"},]\"\\","b":[{"c":1},2]} , 5,{"d":{}}' + b"\n]  trailing"
    good, bad = split(json_array(write("a.json", data)))
    assert good == [(1, {"a": '},]"\\', "b": [{"c": 1}, 2]}), (3, {"d": {}})]
    assert bad == [(2, "not_an_object")]


def test_a_cut_array_gives_its_whole_items_and_one_reject(write):
    assert split(json_array(write("a.json", b'[{"a":1},{"a":'))) == ([(1, {"a": 1})], [(2, "truncated")])
    assert split(json_array(write("b.json", b"[]"))) == ([], [])


def test_an_item_above_1_mib_is_skipped(write):
    data = b'[{"a":1},{"a":"' + b"x" * (1 << 21) + b'"},{"a":3}]'
    assert split(json_array(write("a.json", data))) == ([(1, {"a": 1}), (3, {"a": 3})], [(2, "too_long")])


def test_parquet_gives_rows_by_number_with_times_in_ms(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "us": pa.array([1_790_000_000_000_123], pa.timestamp("us", tz="UTC")),
            "ns": pa.array([1_790_000_000_000_123_456], pa.timestamp("ns")),
            "day": pa.array([20_000], pa.date32()),
            "tags": pa.array([["a", "b"]]),
            "kind": pa.array(["view"]).dictionary_encode(),
            "other": [1],
        }
    )
    pq.write_table(table, path)
    assert list(parquet_rows(path, ("us", "ns", "day", "tags", "kind", "absent"))) == [
        (
            1,
            {
                "us": 1_790_000_000_000,
                "ns": 1_790_000_000_000,
                "day": 1_728_000_000_000,
                "tags": ["a", "b"],
                "kind": "view",
            },
        )
    ]


def test_broken_utf_8_in_parquet_costs_its_cell_alone(tmp_path):
    path = tmp_path / "a.parquet"
    cells = pa.array([b"ok", b"\xff", b"fine"]).cast(pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": cells}), path)
    assert [row["id"] for _, row in parquet_rows(path, ("id",))] == ["ok", "\udcff", "fine"]


@pytest.mark.parametrize("keep", [0, 10, 0.5])
def test_damaged_parquet_is_one_reject(tmp_path, keep):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(1000))}), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if keep < 1 else keep])
    assert [(line, row.reason) for line, row in parquet_rows(path, ("id",))] == [(1, "truncated")]
