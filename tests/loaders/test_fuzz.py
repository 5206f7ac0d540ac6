"""Every shape of a row of every source: it loads or is one reject, none is lost uncounted, none breaks a run."""

import gzip
import json
import resource
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentgraph.graph.properties import CHECKS
from contentgraph.graph.rejections import REASONS
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.source_native import EVENT_FIELDS
from contentgraph.loaders.sources import open_sources
from contentgraph.loaders.spool import Checked, check

NOW = 1_793_491_200_000
QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

odd = st.sampled_from(
    ["", " ", "\0", "x" * 300, "😀", "\ud83d", "１２", "NaN", "null", "true", "-1", "1e999", "zz", "v1", "u1",
     0, -1, 2**63, -(2**63) - 1, 10**30, 1.5, -0.0, True, False, None, [], [None], {}, {"a": {"b": []}}, ["v"] * 1001,
     NOW, str(NOW), NOW * 1000, "like", "view", "everyone"]
)  # fmt: skip
value = st.recursive(
    odd | st.integers() | st.floats() | st.text(max_size=20) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KUAI = ["user_id", "video_id", "date", "hourmin", "time_ms", "is_click", "is_like", "is_follow", "is_comment"]
KUAI += ["is_forward", "long_view", "play_time_ms", "duration_ms", "label"]
ITEM = ["id", "desc", "createTime", "author", "music", "stats", "challenges", "textExtra", "video", "duetInfo"]


def rows(fields: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.dictionaries(st.sampled_from([*fields, "more"]), value, max_size=len(fields)), max_size=6)


def text(told: object) -> str:
    """JSON as a careless writer has it: NaN, and halves of surrogate pairs as escapes."""
    return json.dumps(told)


def dry(path: Path, folder: Path, format: str | None = None) -> Checked:
    """Check, as a night does first; each reject is counted and written, with a reason of the closed set."""
    (folder / "work").mkdir(exist_ok=True)
    with RejectWriter(folder / "rejects", "run") as rejects:
        checked = check(open_sources([path], format=format), folder / "work", now=NOW, rejects=rejects)
    assert set(checked.rejected) <= set(REASONS)
    if checked.rejected:
        lines = [line for line in rejects.path.read_text("utf-8", "surrogatepass").split("\n") if line]
        assert len(lines) == sum(checked.rejected.values())
    return checked


@QUICK
@given(told=rows(list(EVENT_FIELDS)))
def test_events(tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, Any]]) -> None:
    """JSONL, plain and packed: each row is an event or a reject, and neither twice."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "events.jsonl.gz"
    path.write_bytes(gzip.compress("".join(text(row) + "\n" for row in told).encode()))
    summary = dry(path, folder)
    assert summary.read == len(told)
    assert summary.events + sum(summary.rejected.values()) == len(told)


@pytest.mark.parametrize("table", ["users", "videos", "challenges"])
def test_catalogue(tmp_path_factory: pytest.TempPathFactory, table: str) -> None:
    """Each row of a table is read, and a reject at most."""
    fields = ["id", *CHECKS[table], "updatedAt"]  # type: ignore[index]  # keys are a Literal

    @QUICK
    @given(told=rows(fields))
    def each(told: list[dict[str, Any]]) -> None:
        folder = tmp_path_factory.mktemp("fuzz")
        path = folder / f"{table}.jsonl"
        path.write_text("".join(text(row) + "\n" for row in told), "utf-8")
        summary = dry(path, folder)
        assert summary.read == len(told)
        assert sum(summary.rejected.values()) <= len(told)

    each()


@QUICK
@given(
    told=st.lists(st.lists(odd | st.text(alphabet=string.printable, max_size=8), max_size=len(KUAI) + 2), max_size=6)
)
def test_kuairand(tmp_path_factory: pytest.TempPathFactory, told: list[list[Any]]) -> None:
    """Rows of any number of cells under the header of a log."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "log.tsv"
    lines = ["\t".join(KUAI)] + ["\t".join(str(cell) for cell in row) for row in told]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    dry(path, folder, format="kuairand")


@QUICK
@given(told=rows(ITEM), shape=st.sampled_from(["array", "lines"]))
def test_tiktok(tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, Any]], shape: str) -> None:
    """Items as an array, or one a line."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / ("items.json" if shape == "array" else "items.jsonl")
    first = {"id": "v0", "createTime": NOW // 1000, "stats": {}, "desc": ""}
    told = [first, *told]
    path.write_text(text(told) if shape == "array" else "".join(text(row) + "\n" for row in told), "utf-8")
    dry(path, folder, format="tiktok")


TYPES = [
    pa.array([1, 2], pa.int8()), pa.array([1.5, float("nan")]), pa.array([True, None]),
    pa.array([b"a", b"\xff"], pa.binary()), pa.array(["a", "b"], pa.large_string()),
    pa.array(["a", "b"]).dictionary_encode(), pa.array([[1], None]), pa.array([{"a": 1}, None]),
    pa.array([NOW, NOW], pa.timestamp("ms")), pa.array([NOW // 1000, 0], pa.timestamp("s", tz="Asia/Tokyo")),
    pa.array([1, 2], pa.date32()), pa.array([1, 2], pa.time64("us")), pa.array([1, 2], pa.duration("s")),
    pa.array([1, 2], pa.decimal128(38, 2)), pa.nulls(2), pa.array([2**64 - 1, 0], pa.uint64()),
    pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
]  # fmt: skip


@pytest.mark.parametrize("column", TYPES, ids=lambda column: str(column.type))
@pytest.mark.parametrize("name", ["userId", "kind", "at", "videoId", "watchedMs", "eventId"])
def test_parquet_with_other_types(tmp_path: Path, column: pa.Array, name: str) -> None:
    """Whatever the type of a column is: rows or rejects, and the rest of the row is judged as it stands."""
    good = {"userId": ["u1", "u2"], "kind": ["like", "like"], "videoId": ["v1", "v1"], "at": [NOW - 5, NOW - 6]}
    table = pa.table({**{key: pa.array(values) for key, values in good.items()}, name: column})
    pq.write_table(table, tmp_path / "events.parquet")
    summary = dry(tmp_path / "events.parquet", tmp_path)
    assert summary.read == 2
    assert summary.events + sum(summary.rejected.values()) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1251", "shift_jis", "utf-8-sig"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    """Rejected with a reason; UTF-8 with a mark of its order is read."""
    row = {"userId": "é" if encoding == "latin-1" else "ж", "kind": "like", "videoId": "v", "at": NOW - 5}
    (tmp_path / "events.jsonl").write_bytes((json.dumps(row, ensure_ascii=False) + "\n").encode(encoding))
    summary = dry(tmp_path / "events.jsonl", tmp_path)
    assert summary.events == (encoding == "utf-8-sig")
    assert summary.events or summary.rejected


def test_a_line_of_a_gigabyte_takes_no_more_memory_than_any(tmp_path: Path) -> None:
    """A gigabyte without a line feed, from a file with a hole: one reject, the rest loads, below 600 MiB in all."""
    path = tmp_path / "events.jsonl"
    good = json.dumps({"userId": "u", "kind": "like", "videoId": "v", "at": NOW - 5}).encode() + b"\n"
    with path.open("wb") as file:
        file.write(good)
        file.truncate(len(good) + (1 << 30))  # zeros that take no place on disk
        file.seek(0, 2)
        file.write(b"\n" + good)
    code = (
        "import sys\nfrom contentgraph.loaders.nightly import main\n"
        f"sys.argv = ['nightly', {str(path)!r}, '--dry-run', '--json', '--log', 'quiet', '--max-rejects', '1',\n"
        f"  '--now', '{NOW}', '--rejects', {str(tmp_path / 'rejects')!r}]\n"
        "try:\n    main()\nfinally:\n"
        # Not ru_maxrss: a child begins with its parent's.
        "    told = open('/proc/self/status').read().split('VmHWM:')[1].split()[0]\n"
        "    print(told, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["events"], summary["rejected"]) == (2, {"too_long": 1})
    assert int(done.stderr.split()[-1]) < 600 * 1024


@pytest.mark.parametrize(
    ("room", "memory", "said"),
    [(100_000, "1GB", "Error writing"), (1_000_000, "20MB", "cannot fold the events")],
    ids=["spool", "fold"],
)
def test_the_limit_of_a_file_is_a_full_disk(tmp_path: Path, room: int, memory: str, said: str) -> None:
    """No room for the spool, or for what the fold cannot hold: exit code 2, what to do, and no traceback."""
    path = tmp_path / "events.jsonl"
    with path.open("w") as file:
        for number in range(60_000):
            row = {"userId": f"user-{number * 7919 % 60_000:012d}-of-a-long-name", "kind": "view",
                   "videoId": f"video-{number * 7}", "watchedMs": number, "at": NOW - number}  # fmt: skip
            file.write(json.dumps(row) + "\n")

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code = (
        "import sys\nfrom functools import partial\nfrom contentgraph.loaders import night, nightly\n"
        f"night.fold = partial(night.fold, memory_limit={memory!r})\n"
        f"sys.argv = ['nightly', {str(path)!r}, '--dry-run', '--now', '{NOW}', '--log', 'quiet']\n"
        "nightly.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, preexec_fn=little
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
