"""Bodies are whole before a thread is taken: bounded in size, time, and memory together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest

from stalkcheck.serving.bodies import Bodies, Body, Limits, TooSlowError

LIMITS = Limits(size=1_000, discarded=2_000, first=600, rate=1, longest=600, small=10, room=1_500)


async def chunks(parts: Iterable[bytes], *, ends: bool = True) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
        await asyncio.sleep(0)
    if not ends:
        await asyncio.Event().wait()


async def read(bodies: Bodies, *parts: bytes, announced: int | None = None, ends: bool = True) -> Body:
    async with bodies.read(chunks(parts, ends=ends), announced) as body:
        return body


@pytest.mark.parametrize("announced", [None, 6])
def test_a_body_is_given_whole(announced: int | None) -> None:
    body = asyncio.run(read(Bodies(LIMITS), b"abc", b"", b"def", announced=announced))

    assert body == Body(b"abcdef", 6)
    assert not body.is_too_large


@pytest.mark.parametrize(("announced", "size"), [(1_100, 1_100), (None, 1_100), (10**9, 10**9)])
def test_what_is_too_large_is_discarded_and_its_size_told(announced: int | None, size: int) -> None:
    body = asyncio.run(read(Bodies(LIMITS), *[b"x" * 100] * 11, announced=announced))

    assert body == Body(b"", size)
    assert body.is_too_large


def test_not_even_what_is_discarded_is_read_for_ever() -> None:
    assert asyncio.run(read(Bodies(LIMITS), *[b"x" * 100] * 21, ends=False)).size == 2_100


@pytest.mark.parametrize(
    "limits",
    [
        Limits(first=0, rate=1_000, longest=600),  # 7 bytes give it 7 ms
        Limits(first=600, rate=1, longest=0),
    ],
    ids=["too slow", "too long"],
)
def test_a_body_that_stops_is_given_up(limits: Limits) -> None:
    bodies = Bodies(limits)

    with pytest.raises(TooSlowError):
        asyncio.run(read(bodies, b"7 bytes", ends=False))
    assert bodies.held == 0


def test_the_slowest_large_body_gives_way() -> None:
    async def play() -> None:
        bodies = Bodies(LIMITS)
        slow = asyncio.create_task(read(bodies, b"s" * 100, ends=False))
        await asyncio.sleep(0.01)
        fast = asyncio.create_task(read(bodies, b"f" * 900, ends=False))
        small = asyncio.create_task(read(bodies, b"7 bytes", ends=False))
        await asyncio.sleep(0.01)
        assert bodies.held == 1_000

        await read(bodies, b"n" * 600)

        with pytest.raises(TooSlowError):
            await slow
        assert not fast.done()
        assert not small.done()
        for task in (fast, small):
            task.cancel()

    asyncio.run(play())


def test_a_body_holds_its_room_until_it_is_answered() -> None:
    async def play() -> None:
        bodies = Bodies(LIMITS)
        async with bodies.read(chunks([b"x" * 900]), 900):
            assert bodies.held == 900
            with pytest.raises(TooSlowError):  # what is whole never gives way
                await read(bodies, b"y" * 700)
        assert bodies.held == 0
        assert (await read(bodies, b"y" * 700)).size == 700

    asyncio.run(play())
