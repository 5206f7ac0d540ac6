"""Writers who share a lock commit one at a time."""

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from contentgraph.cypher import Database
from contentgraph.cypher.settings import Target


class Session:
    """Carries out transactions as the driver does: the work, then the commit, and both again if that failed."""

    def __init__(self, fails: int = 0) -> None:
        self.fails, self.committed = fails, 0

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute_write(self, work: Any) -> Any:
        while True:
            done = work(SimpleNamespace(run=lambda *_: []))
            if self.commits():
                return done

    def commits(self) -> bool:
        self.fails -= 1
        self.committed += self.fails < 0
        return self.fails < 0


@pytest.fixture
def database() -> Any:
    with Database(Target(uri="bolt://127.0.0.1:1", user="neo4j", password=SecretStr("secret"))) as database:
        yield database


ROWS = [{"id": f"u{n}", "properties": {}} for n in range(4)]


def test_a_commit_is_within_its_turn_and_the_work_is_not(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Turns:
        def acquire(self, timeout: float) -> bool:
            told.append("takes")
            return timeout > 0

        def release(self) -> None:
            told.append("leaves")

    class Told(Session):
        def commits(self) -> bool:
            told.append("commits")
            return super().commits()

    session = Told(fails=1)
    monkeypatch.setattr(database, "_session", lambda *_: session)
    database.guard = SimpleNamespace(begin=lambda: told.append("begins"), commit=lambda: told.append("asks"))
    assert database.write_batches("put_users", ROWS, 2, turns=cast(threading.Lock, Turns())) == 4
    once = ["begins", "takes", "asks", "commits", "leaves"]
    assert told == once * 3
    assert (session.committed, database.retries) == (2, 1)


def test_who_fails_leaves_its_turn(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> bool:
        raise ValueError("no")

    session, turns = Session(), threading.Lock()
    session.commits = refuse  # type: ignore[method-assign]
    monkeypatch.setattr(database, "_session", lambda *_: session)
    with pytest.raises(ValueError, match="no"):
        database.write_batches("put_users", ROWS, turns=turns)
    assert not turns.locked()


def test_who_waited_long_commits_without_a_turn(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contentgraph.cypher.database.TURN_S", 0.01)
    session, turns = Session(), threading.Lock()
    monkeypatch.setattr(database, "_session", lambda *_: session)
    with turns:
        assert database.write_batches("put_users", ROWS, turns=turns) == 4
        assert session.committed == 1
    assert not turns.locked()
