"""No jar reaches a JVM with a sum that is not the locked one."""

import dataclasses
import os
from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server.verify import verified_class_path


def test_the_class_path_is_the_lock_s_jars_in_its_order(make_jar, put_jar, tmp_path: Path) -> None:
    contents = {"b": b"two", "a": b"one", "c": b""}
    jars = [make_jar(name, content) for name, content in contents.items()]
    paths = [put_jar(tmp_path, jar, contents[jar.artifact]) for jar in jars]
    assert verified_class_path(jars, tmp_path) == tuple(paths)


def test_a_changed_byte_is_refused_by_the_jar_s_name_even_after_a_good_check(make_jar, put_jar, tmp_path: Path) -> None:
    good, bad = make_jar("good", b"good"), make_jar("bad", b"content")
    put_jar(tmp_path, good, b"good")
    path = put_jar(tmp_path, bad, b"content")
    before = path.stat()
    verified_class_path([good, bad], tmp_path)
    path.write_bytes(b"cOntent")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ServerError, match=r"org\.example:bad:1\.0 is not the locked file"):
        verified_class_path([good, bad], tmp_path)


def test_a_flipped_digit_in_the_lock_is_refused(make_jar, put_jar, tmp_path: Path) -> None:
    jar = make_jar("lib", b"content")
    put_jar(tmp_path, jar, b"content")
    flipped = ("0" if jar.sha256[-1] != "0" else "1").join([jar.sha256[:-1], ""])
    with pytest.raises(ServerError, match="nothing was started"):
        verified_class_path([dataclasses.replace(jar, sha256=flipped)], tmp_path)


def test_a_jar_that_is_gone_is_said(make_jar, tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"org\.example:lib:1\.0 cannot be read"):
        verified_class_path([make_jar("lib", b"x")], tmp_path)
