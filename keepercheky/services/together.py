"""Ask several things at once, and have all the answers or one error.

    async with together() as ask:
        tags = ask(read_tags, wire)
        health = ask(read_health, wire)
    use(tags.value, health.value)

When one fails, the others are cancelled and its error is raised alone, not in a group.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Generic, TypeVar, TypeVarTuple, Unpack, cast

import anyio
import anyio.abc

from keepercheky.errors import ServiceError

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class Answer(Generic[T]):
    """What was asked for; `value` is there once the block has ended."""

    def __init__(self) -> None:
        self._values: list[T] = []

    @property
    def value(self) -> T:
        return self._values[0]

    def be(self, value: T) -> None:
        self._values.append(value)


class Ask:
    def __init__(self, group: anyio.abc.TaskGroup) -> None:
        self._group = group

    def __call__(
        self, call: Callable[[Unpack[Arguments]], Awaitable[T]], *arguments: *Arguments
    ) -> Answer[T]:
        answer: Answer[T] = Answer()

        async def run() -> None:
            answer.be(await call(*arguments))

        self._group.start_soon(run)
        return answer


@asynccontextmanager
async def together() -> AsyncIterator[Ask]:
    try:
        async with anyio.create_task_group() as group:
            yield Ask(group)
    except BaseExceptionGroup as failures:
        leaves = list(_leaves(failures))
        if all(isinstance(leaf, ServiceError) for leaf in leaves):
            raise leaves[0] from None
        raise


def _leaves(failures: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for failure in failures.exceptions:
        if isinstance(failure, BaseExceptionGroup):
            yield from _leaves(cast("BaseExceptionGroup[BaseException]", failure))
        else:
            yield failure
