"""The one door to Neo4j: packaged statements in, plain records out, driver errors as ours."""

import copy
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import neo4j
from neo4j import Driver, GraphDatabase, ManagedTransaction

from contentgraph.cypher.manners import CONNECT_S, POOL, late, options, translated, usable
from contentgraph.cypher.resume import resumed
from contentgraph.cypher.settings import Target
from contentgraph.cypher.statements import Statement, load, unpacked
from contentgraph.cypher.steps import Ask, First, Record, Server, Steps, Together, drive

logging.getLogger("neo4j").addHandler(logging.NullHandler())

NIGHT_RETRY_S = 60.0
READ_RETRY_S = 2.0
LATE_S = 1.0
TURN_S = 5.0
PAGE = 2_000
"""Rows that :meth:`Database.pages` asks for at a time."""

T = TypeVar("T")


class Guard(Protocol):
    """Asked by write transactions; what it raises keeps the write from happening."""

    def begin(self) -> None:
        """Before each try of one."""

    def commit(self) -> None:
        """When all of it is done, before it is committed."""


class Database:
    """A connection pool to one database; use it as a context manager.

    Reads are routed as reads and retried for 2 s, writes for ``retry_s``. Every statement is a packaged one.

    Raises:
        Unreachable: from any method, when Neo4j does not answer within 5 s or refuses the credentials.
    """

    def __init__(self, target: Target, *, retry_s: float = READ_RETRY_S, pool: int = POOL) -> None:
        self.target = target
        self._pool = pool
        self._waiting = threading.BoundedSemaphore(pool)
        self._late: set[threading.Thread] = set()
        self._leaving = threading.Lock()
        self._closed = False
        self.retries = 0
        """Write transactions that Neo4j refused for a moment (a deadlock, mostly) and that were run again."""
        self._driver = self._open(retry_s, acquire_s=60.0)
        self.first = First()
        self.guard: Guard | None = None
        """Who may keep writes from happening."""

    def _open(self, retry_s: float, acquire_s: float) -> Driver:
        with usable(self.target):
            return GraphDatabase.driver(self.target.uri, **options(self.target, retry_s, acquire_s, self._pool))

    def verify(self) -> Self:
        """Connect now, within 5 s.

        Raises:
            Unreachable: nobody answers there, or the credentials are refused.
        """
        with self._translated(), self._open(retry_s=0.0, acquire_s=CONNECT_S) as driver:
            driver.verify_connectivity()
        return self

    def read(self, name: str, **params: object) -> list[Record]:
        """Run a packaged read statement in a read transaction; all records."""
        return self._read(name, params, None)

    def _read(self, name: str, params: Mapping[str, object], timeout: float | None) -> list[Record]:
        statement = load(name)
        query = neo4j.Query(statement.packed or statement.text, timeout=timeout)
        with self._translated():
            try:
                # One way to the server, as there is no transaction to begin and to commit (decision 0028).
                with self._session(neo4j.READ_ACCESS) as session:
                    return _told(statement, session.run(query, dict(params)))
            except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError) as error:
                if not error.is_retryable():
                    raise
            return self._driver.execute_query(
                query,
                dict(params),
                routing_=neo4j.RoutingControl.READ,
                database_=self.target.database,
                bookmark_manager_=None,
                result_transformer_=lambda result: _told(statement, result),
            )

    def pages(self, name: str, size: int = PAGE, **params: object) -> Iterator[Record]:
        """Run a packaged read statement of ``after`` and ``limit`` page by page; its first column, an id, ascends.

        Each page is a transaction of its own and comes in one record: less work than a record a row. The next one is
        on its way while its rows are used.
        """
        for rows in self._ahead(name, size, params, lambda rows: [_first(row) for row in rows[-1:]]):
            yield from rows

    def columns(self, name: str, size: int = 5 * PAGE, **params: object) -> Iterator[Record]:
        """As `pages`, of a statement whose one record holds a page as parallel lists, which are less work than rows."""
        for (record,) in self._ahead(name, size, params, lambda rows: _first(rows[0])):
            yield record

    def _ahead(
        self, name: str, size: int, params: Mapping[str, object], ids: Callable[[list[Record]], list[str]]
    ) -> Iterator[list[Record]]:
        """``ids``: of a page, those that end with its last one; none where the page is empty."""
        with ThreadPoolExecutor(1) as ahead:
            page = ahead.submit(self.read, name, after="", limit=size, **params)
            while told := ids(rows := page.result()):
                page = ahead.submit(self.read, name, after=told[-1], limit=size, **params)
                yield rows

    def stream(self, name: str, fetch_size: int = 2000, *, keys: int = 1, **params: object) -> Iterator[neo4j.Record]:
        """Run a packaged read statement and yield its records as they come.

        After a transient refusal it goes on where it was; the first ``keys`` columns tell a row from all others.
        """
        statement = load(name)
        with self._translated(), self._session(neo4j.READ_ACCESS, fetch_size) as session:
            yield from resumed(lambda: session.run(statement.text, dict(params)), keys)

    def write(self, name: str, **params: object) -> list[Record]:
        """Run a packaged write statement in one managed transaction; all records."""
        statement = load(name)
        with self._translated(), self._session(neo4j.WRITE_ACCESS) as session:
            return self._tried(session, lambda tx: _run(tx, statement, params))

    def write_batches(
        self,
        name: str,
        rows: Sequence[Mapping[str, object]],
        size: int = 5_000,
        *,
        turns: "threading.Lock | None" = None,
        **params: object,
    ) -> int:
        """Run a packaged ``UNWIND $rows`` statement over ``rows``, ``size`` rows a transaction; rows written.

        ``turns``: a lock, held while a transaction is committed, so that writers who share it commit one at a time.
        Who waited `TURN_S` for it commits without: the other one may be waiting for what this transaction holds.
        """
        statement = load(name)
        with self._translated(), self._session(neo4j.WRITE_ACCESS) as session:
            for start in range(0, len(rows), size):
                told = {**params, "rows": rows[start : start + size]}
                self._tried(session, lambda tx, told=told: _run(tx, statement, told), turns)  # type: ignore[misc]
        return len(rows)

    def write_all(self, name: str, column: str, limit: int = 20_000, **params: object) -> int:
        """Run a packaged write statement, which does ``limit`` at a time, until there are no more; done in all.

        ``column``: of its record, how many it did. Neo4j refuses transactions of more than about half its heap.
        """
        total = 0
        while True:
            count = int(self.write(name, limit=limit, **params)[0][column])
            total += count
            if count < limit:
                return total

    def transaction(self, work: Callable[["Transaction"], T]) -> T:
        """Run ``work(tx)`` in one managed write transaction; it is retried as a whole, so it must be repeatable."""
        with self._translated(), self._session(neo4j.WRITE_ACCESS) as session:
            return self._tried(session, lambda tx: work(Transaction(tx)))

    def _tried(
        self,
        session: neo4j.Session,
        work: Callable[[ManagedTransaction], T],
        turns: "threading.Lock | None" = None,
    ) -> T:
        """Run ``work`` in a managed write transaction, each try guarded, and count its retries."""
        tries, guard = 0, self.guard
        with ExitStack() as turn:

            def once(tx: ManagedTransaction) -> T:
                nonlocal tries
                tries += 1
                turn.close()  # of a commit that failed
                if guard is not None:
                    guard.begin()
                done = work(tx)
                if turns is not None and turns.acquire(timeout=TURN_S):
                    turn.callback(turns.release)
                if guard is not None:
                    guard.commit()
                return done

            try:
                return session.execute_write(once)
            finally:
                self.retries += max(tries - 1, 0)

    def unguarded(self) -> "Database":
        """The same pool, whose writes ask no guard: for the guard's own."""
        twin = copy.copy(self)
        twin.guard = None
        return twin

    def answer(self, steps: Steps[T], timeout: float | None = None) -> T:
        """Carry out steps, each statement in a transaction of its own; their answer.

        ``timeout``: seconds in which the answer must be there. What is late is left to end by itself; the server is
        told to give it up.

        Raises:
            Unreachable: it is not there in time.
        """
        steps = self.first.then(steps)
        if timeout is None:
            return drive(steps, self._do)
        ends = time.monotonic() + timeout
        found: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                found.put((drive(steps, lambda step: self._do(step, ends)), None))
            except BaseException as error:  # noqa: BLE001 -- handed to who waits
                found.put((None, error))
            finally:
                self._waiting.release()
                with self._leaving:
                    self._late.discard(threading.current_thread())
                    self._give_back()

        if not self._waiting.acquire(timeout=timeout):
            raise late(self.target, timeout)
        # Its own thread, which keeps no process from ending: a socket that is silent cannot be waited for otherwise.
        thread = threading.Thread(target=work, name="contentgraph-answer", daemon=True)
        self._late.add(thread)
        thread.start()
        try:
            answer, error = found.get(timeout=max(ends - time.monotonic(), 0.0))
        except queue.Empty:
            raise late(self.target, timeout) from None
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]  # there is one where there is no error

    def _do(self, step: Ask | Together | Server, ends: float | None = None) -> Any:
        if isinstance(step, Together):
            work = step.work
            return self.transaction(lambda tx: drive(work(), tx.do))
        if isinstance(step, Server):
            return self.server_version()
        if step.writes:
            return self.write(step.name, **step.params)
        return self._read(step.name, step.params, None if ends is None else max(ends - time.monotonic(), 0.001))

    def schema(self, statement: Statement) -> None:
        """Run a schema statement in an auto-commit transaction of its own."""
        with self._translated(), self._session(neo4j.WRITE_ACCESS) as session:
            session.run(statement.text).consume()

    def server_version(self) -> str:
        """The server's own name and version, such as ``Neo4j/5.26.30``."""
        with self._translated():
            return self._driver.get_server_info().agent

    def close(self) -> None:
        """Give the pool back; late answers are waited for a second, and what is later still does so when it ends."""
        ends = time.monotonic() + LATE_S
        for thread in tuple(self._late):
            thread.join(max(ends - time.monotonic(), 0.0))
        with self._leaving:
            self._closed = True
            self._give_back()

    def _give_back(self) -> None:
        """Whoever leaves last; a connection that is closed while another thread reads from it may stay half open."""
        if self._closed and not self._late:
            self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, access: str, fetch_size: int = 1000) -> neo4j.Session:
        return self._driver.session(database=self.target.database, default_access_mode=access, fetch_size=fetch_size)

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.target)


class Transaction:
    """A managed transaction in which packaged statements run."""

    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx

    def run(self, name: str, **params: object) -> list[Record]:
        """Run a packaged statement; all records."""
        return _run(self._tx, load(name), params)

    def do(self, step: Ask | Together | Server) -> list[Record]:
        """Run the statement of a step; there is nothing else to do inside a transaction."""
        assert isinstance(step, Ask)  # noqa: S101 -- narrowing
        return self.run(step.name, **step.params)


def _first(record: Record) -> Any:
    return next(iter(record.values()))


def _run(tx: ManagedTransaction, statement: Statement, params: Mapping[str, object]) -> list[Record]:
    return _records(tx.run(statement.text, dict(params)))


def _told(statement: Statement, result: neo4j.Result) -> list[Record]:
    return unpacked(statement, result.single(strict=True)[0]) if statement.packed else _records(result)


def _records(result: neo4j.Result) -> list[Record]:
    return [dict(zip(record.keys(), record.values(), strict=True)) for record in result]


__all__ = ["CONNECT_S", "NIGHT_RETRY_S", "READ_RETRY_S", "Database", "Record", "Transaction"]
