"""Read the bodies of requests on the event loop: bounded in size, in time, and in memory for all together.

A thread is taken when a body is whole. So a client that sends slowly, or stops, holds no thread. What holds
memory is bounded too: of the bodies that are larger than most, the one that comes slowest gives way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from questionnaire.middleware.large_posts import MAX_BODY_BYTES


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a body may have and how slowly it may come. Sizes are in bytes, times in seconds."""

    #: What is larger is discarded, up to `discarded`: a browser that is still sending shows no answer.
    size: int = MAX_BODY_BYTES
    discarded: int = 32 * 1024 * 1024
    #: A body has this long, a second more for every `rate` bytes that came, and never more than `longest`.
    first: float = 15
    rate: int = 8 * 1024
    longest: float = 300
    #: What all bodies larger than `small` may hold together. The small ones are bounded by their number.
    small: int = 64 * 1024
    room: int = 64 * 1024 * 1024


LIMITS: Final = Limits()


class TooSlowError(Exception):
    """The body did not come in time, or gave way to others."""


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body. `size` is how much came or was announced; `content` is empty when that is too much."""

    content: bytes
    size: int

    @property
    def is_too_large(self) -> bool:
        """Return whether the content was discarded."""
        return self.size > len(self.content)


class _Reading:
    """One body that is being read, or that a thread works on."""

    def __init__(self, limit: asyncio.Timeout, start: float) -> None:
        self.limit = limit
        self.start = start
        self.size = 0
        self.chunks: list[bytes] = []
        self.held = 0
        self.is_whole = False

    def rate(self, now: float) -> float:
        """Return the bytes a second so far."""
        return self.size / max(now - self.start, 0.001)


class Bodies:
    """The bodies of one process."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._readings: set[_Reading] = set()

    @property
    def held(self) -> int:
        """Return how many bytes the large bodies hold."""
        return sum(reading.held for reading in self._readings if reading.held > self._limits.small)

    @asynccontextmanager
    async def read(self, source: AsyncIterable[bytes], announced: int | None) -> AsyncIterator[Body]:
        """Give the whole body, and hold its room until the block ends. Raise TooSlowError.

        `announced` is the size that the client named; None when it named none.
        """
        loop = asyncio.get_running_loop()
        reading = _Reading(asyncio.timeout(self._limits.first), loop.time())
        self._readings.add(reading)
        try:
            try:
                async with reading.limit:
                    await self._fill(reading, source, announced or 0)
            except TimeoutError:
                raise TooSlowError from None
            reading.is_whole = True
            # Whoever stopped in the middle of a body that is too large still gets its answer.
            yield Body(b"".join(reading.chunks), max(reading.size, announced or 0))
        finally:
            self._readings.discard(reading)

    async def _fill(self, reading: _Reading, source: AsyncIterable[bytes], announced: int) -> None:
        limits, now = self._limits, asyncio.get_running_loop().time
        is_kept = announced <= limits.size
        async for chunk in source:
            reading.size += len(chunk)
            if is_kept and reading.size > limits.size:
                is_kept = False
                reading.chunks.clear()
                reading.held = 0
            if is_kept:
                reading.chunks.append(chunk)
                reading.held = reading.size
                self._make_room(reading, now())
            elif reading.size > limits.discarded:
                return
            allowed = min(limits.first + reading.size / limits.rate, limits.longest)
            reading.limit.reschedule(reading.start + allowed)

    def _make_room(self, newest: _Reading, now: float) -> None:
        """Cut off the slowest of the large bodies that are not whole, until what is left fits."""
        if newest.held <= self._limits.small:
            return
        while self.held > self._limits.room:
            large = (each for each in self._readings if each.held > self._limits.small and not each.is_whole)
            slowest = min(large, key=lambda each: each.rate(now))
            slowest.chunks.clear()
            slowest.held = 0
            if slowest is newest:
                raise TooSlowError
            if not slowest.limit.expired():
                slowest.limit.reschedule(now)
