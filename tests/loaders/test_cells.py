"""Reading: bounded lines, damage as one row, the same values out of every shape."""

import csv
import gzip
import io
import random
import struct
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import UsageError
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


@pytest.mark.parametrize("number", [0x50, 0x5F])
def test_frames_that_are_to_be_skipped_are_skipped_wherever_they_stand(write, number):
    """Also one longer than what is read at once, and a file of nothing else."""
    short, long = (bytes([number]) + b"\x2a\x4d\x18" + struct.pack("<I", size) + bytes(size) for size in (4, 5_000))
    packed = short + zst(b'{"id":1}\n') + long + zst(b'{"id":2}') + short
    assert split(json_lines(write("a.jsonl.zst", packed))) == ([(1, {"id": 1}), (2, {"id": 2})], [])
    assert split(json_lines(write("b.jsonl.zst", long + short))) == ([], [])
    assert split(json_lines(write("c.jsonl.zst", long[:-1]))) == ([], [(1, "truncated")])


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


def test_utf_16_is_said_once_of_a_csv_file_too(write):
    assert split(csv_rows(write("a.csv", "id\n1\n2\n".encode("utf-16")))) == ([], [(1, "bad_encoding")])


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


@pytest.mark.parametrize("lines", [40, 40_000])
def test_a_quote_that_is_never_closed_costs_its_line_alone(write, lines):
    """Whether the end of the file or the longest cell there can be ends it."""
    rest = b"".join(b"%d,x\n" % i for i in range(lines))
    good, bad = split(csv_rows(write("a.csv", b'id,a\n0,y\n1,"open\n' + rest)))
    assert bad == [(3, "bad_columns")]
    assert [line for line, _ in good] == [2, *range(4, lines + 4)]


def test_a_quote_that_is_never_closed_costs_no_line_before_the_damage(write):
    data = gzip.compress(b'id,a\n1,"open\n2,x\n3,x\n')[:-8]
    assert split(csv_rows(write("a.csv", data))) == (
        [(3, {"id": "2", "a": "x"}), (4, {"id": "3", "a": "x"})],
        [(2, "bad_columns"), (5, "truncated")],
    )


def test_what_an_open_quote_took_in_is_read_with_its_own_quotes(write):
    """Up to the next quote, which does not end the cell, and cells of several lines after it."""
    data = b'id,a\n1,"open\n2,x\n3,"two\nlines"\n4,"say ""hi"""\n5,"",\n6,y\n'
    good, bad = split(csv_rows(write("a.csv", data)))
    assert good == [
        (3, {"id": "2", "a": "x"}),
        (4, {"id": "3", "a": "two\nlines"}),
        (6, {"id": "4", "a": 'say "hi"'}),
        (8, {"id": "6", "a": "y"}),
    ]
    assert bad == [(2, "bad_columns"), (7, "bad_columns")]


def test_a_row_of_several_lines_that_does_not_fit_the_header_costs_its_first(write):
    """The quote of line 5 closes that of line 2: one row, of another number of cells."""
    rows = list(csv_rows(write("a.csv", b'id\ta\tb\n1\t"x\t1\n2\tx\t2\n3\tx\t3\n4\tx\t15"\n')))
    assert split(rows) == (
        [(line, {"id": str(line - 1), "a": "x", "b": told}) for line, told in ((3, "2"), (4, "3"), (5, '15"'))],
        [(2, "bad_columns")],
    )
    assert rows[0][1].row == '1\t"x\t1\n'
    assert "took in 3 lines after this one, which are read again" in rows[0][1].message


def test_text_after_a_closing_quote_is_rejected(write):
    good, bad = split(csv_rows(write("a.csv", b'id,a\n1,"say" she said\n2,"x" \n3,say "hi"\n')))
    assert good == [(4, {"id": "3", "a": 'say "hi"'})]
    assert bad == [(2, "bad_columns"), (3, "bad_columns")]


@pytest.mark.parametrize("seed", range(5))
def test_quotes_at_the_beginning_of_cells_that_are_not_quoted_cost_their_lines(write, seed):
    rng = random.Random(seed)
    stray = {line for line in range(2, 5_002) if rng.random() < 0.01}
    lines = [f'{line}\t{chr(34) * (line in stray)}so she said\t5" wide' for line in range(2, 5_002)]
    good, bad = split(csv_rows(write("a.csv", "\n".join(["id\ta\tb", *lines]).encode())))
    assert bad == [(line, "bad_columns") for line in sorted(stray)]
    assert [line for line, _ in good] == sorted(set(range(2, 5_002)) - stray)


@pytest.mark.parametrize("line", ['","y', '"",",y', ',"x', ',""",'])
def test_quotes_that_stay_open_on_every_line_cost_time_and_memory_by_the_line(write, line):
    """Each by itself and within the cell that the one before opened: no line is read more than three times."""
    path = write("a.csv", b"id,a\n" + f"{'x' * 60}{line}\n".encode() * 20_000)
    tracemalloc.start()
    found = 0
    for number, _ in csv_rows(path):
        found += number > 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found in (10_000, 20_000), "rows of two lines, or rejects"
    assert peak < 2e7


@given(
    st.lists(st.lists(st.text('ab",;\t \n', max_size=6), min_size=3, max_size=3), max_size=30),
    st.sampled_from(",;\t"),
)
def test_what_is_quoted_as_it_should_be_is_read_as_it_was(tmp_path_factory, rows, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([["x", "y", "z"], *rows])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(text.getvalue().encode())
    good, bad = split(csv_rows(path))
    assert bad == []
    assert [row for _, row in good] == [
        {name: cell for name, cell in zip("xyz", row, strict=True) if cell} for row in rows
    ]


def test_a_header_whose_quote_is_not_closed_is_said(write):
    assert split(csv_rows(write("a.csv", b'id,"a\n1,x\n'))) == ([], [(1, "bad_columns")])


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


def test_parquet_with_a_wanted_column_twice_is_refused_and_another_is_not_read(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table([pa.array(["v"]), pa.array([1]), pa.array([2])], names=["id", "x", "x"]), path)
    assert list(parquet_rows(path, ("id",))) == [(1, {"id": "v"})]
    with pytest.raises(UsageError, match=r"a\.parquet: more than one column x"):
        list(parquet_rows(path, ("id", "x")))


@pytest.mark.parametrize("keep", [0, 10, 0.5])
def test_damaged_parquet_is_one_reject(tmp_path, keep):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(1000))}), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if keep < 1 else keep])
    assert [(line, row.reason) for line, row in parquet_rows(path, ("id",))] == [(1, "truncated")]
