"""The same door for asynchronous code: :class:`~contentgraph.cypher.database.Database` without the waiting."""

import asyncio
from types import TracebackType
from typing import Any, Self, TypeVar

import neo4j
from neo4j import AsyncDriver, AsyncGraphDatabase, AsyncManagedTransaction

from contentgraph.cypher.database import READ_RETRY_S
from contentgraph.cypher.manners import CONNECT_S, POOL, late, options, translated, usable
from contentgraph.cypher.settings import Target
from contentgraph.cypher.statements import Statement, load, unpacked
from contentgraph.cypher.steps import Ask, First, Record, Server, Steps, Together

T = TypeVar("T")


class AsyncDatabase:
    """A connection pool to one database, for one event loop; use it as an asynchronous context manager.

    Raises:
        Unreachable: from any method, when Neo4j does not answer within 5 s or refuses the credentials.
    """

    def __init__(self, target: Target, *, retry_s: float = READ_RETRY_S, pool: int = POOL) -> None:
        self.target = target
        self._pool = pool
        self.first = First()
        self._driver = self._open(retry_s, acquire_s=60.0)

    def _open(self, retry_s: float, acquire_s: float) -> AsyncDriver:
        with usable(self.target):
            return AsyncGraphDatabase.driver(self.target.uri, **options(self.target, retry_s, acquire_s, self._pool))

    async def verify(self) -> Self:
        """Connect now, within 5 s.

        Raises:
            Unreachable: nobody answers there, or the credentials are refused.
        """
        with translated(self.target):
            async with self._open(retry_s=0.0, acquire_s=CONNECT_S) as driver:
                await driver.verify_connectivity()
        return self

    async def answer(self, steps: Steps[T], timeout: float | None = None) -> T:
        """Carry out steps, each statement in a transaction of its own; their answer, within ``timeout`` seconds.

        Raises:
            Unreachable: it is not there in time; the connection in use is given up.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._drive(self.first.then(steps), timeout)
        except TimeoutError:
            raise late(self.target, timeout or 0.0) from None

    async def _drive(self, steps: Steps[T], timeout: float | None) -> T:
        async def do(step: Ask | Together | Server) -> Any:
            if isinstance(step, Server):
                with translated(self.target):
                    return (await self._driver.get_server_info()).agent
            if isinstance(step, Together):
                return await self._together(step)
            return await self._run(step, timeout)

        return await _each(steps, do)

    async def _run(self, step: Ask, timeout: float | None) -> list[Record]:
        statement = load(step.name)
        query, params = neo4j.Query(statement.packed or statement.text, timeout=timeout), dict(step.params)
        with translated(self.target):
            if not step.writes:
                try:
                    async with self._driver.session(
                        database=self.target.database, default_access_mode=neo4j.READ_ACCESS
                    ) as session:
                        return await _told(statement, await session.run(query, params))
                except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError) as error:
                    if not error.is_retryable():
                        raise
            return await self._driver.execute_query(
                query,
                params,
                routing_=neo4j.RoutingControl.WRITE if step.writes else neo4j.RoutingControl.READ,
                database_=self.target.database,
                bookmark_manager_=None,
                result_transformer_=lambda result: _told(statement, result),
            )

    async def _together(self, step: Together) -> Any:
        async def work(tx: AsyncManagedTransaction) -> Any:
            async def do(inner: Ask | Together | Server) -> list[Record]:
                assert isinstance(inner, Ask)  # noqa: S101 -- narrowing
                return await _records(await tx.run(load(inner.name).text, dict(inner.params)))

            return await _each(step.work(), do)

        with translated(self.target):
            async with self._driver.session(database=self.target.database) as session:
                return await session.execute_write(work)

    async def close(self) -> None:
        """Give the pool back."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _each(steps: Steps[T], do: Any) -> T:
    """:func:`~contentgraph.cypher.steps.drive`, awaiting each step."""
    try:
        step = next(steps)
        while True:
            step = steps.send(await do(step))
    except StopIteration as end:
        answer: T = end.value
        return answer
    finally:
        steps.close()


async def _told(statement: Statement, result: neo4j.AsyncResult) -> list[Record]:
    return unpacked(statement, (await result.single(strict=True))[0]) if statement.packed else await _records(result)


async def _records(result: neo4j.AsyncResult) -> list[Record]:
    return [dict(zip(record.keys(), record.values(), strict=True)) async for record in result]
