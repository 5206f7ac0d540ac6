"""A jar cache and a lock of our own making: small files, real sums."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from contentgraph.server.lines import Jar


@pytest.fixture
def make_jar() -> Callable[[str, bytes], Jar]:
    def make(name: str, content: bytes) -> Jar:
        return Jar("org.example", name, "1.0", "", hashlib.sha256(content).hexdigest())

    return make


@pytest.fixture
def put_jar() -> Callable[[Path, Jar, bytes], Path]:
    def put(root: Path, jar: Jar, content: bytes) -> Path:
        path = root / jar.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return put
