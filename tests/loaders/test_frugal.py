"""What a night says of the bytes of Neo4j's store."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from contentgraph.loaders.frugal import _store


def test_the_store_has_a_size_once_a_checkpoint_was_made(tmp_path: Path) -> None:
    """Before, its files lack what was written since: a first night would look as if it had cost nothing."""
    store, logs = tmp_path / "databases" / "neo4j", tmp_path / "transactions" / "neo4j"
    store.mkdir(parents=True)
    logs.mkdir(parents=True)
    (store / "nodes").write_bytes(b"x" * 1_000)
    (logs / "checkpoint.0").touch()
    process: Any = SimpleNamespace(open_files=lambda: [SimpleNamespace(path=str(store / "nodes"))])
    os.utime(logs / "checkpoint.0", (50.0, 50.0))
    assert _store(process, "neo4j", 100.0) is None
    os.utime(logs / "checkpoint.0", (150.0, 150.0))
    assert _store(process, "neo4j", 100.0) == 1_000
    assert _store(process, "other", 100.0) is None
    assert _store(None, "neo4j", 100.0) is None
