"""Fair turns: one person's requests never take all places, and who waits holds no thread."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stalkcheck.serving.turns import Locks, NoTurnError, Rules, Turns

#: What another process does: it locks a byte, says so, and waits.
LOCK = """import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
print(flush=True)
input()
"""


def rules(
    places: int = 1, places_each: int = 1, waiting: int = 10, waiting_each: int = 5, patience: float = 600
) -> Rules:
    return Rules(places, places_each, waiting, waiting_each, patience)


class Game:
    """People who ask for turns; `served` says who got one, in order."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.served: list[object] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.leave = asyncio.Semaphore(0)

    async def ask(self, *people: object) -> None:
        for who in people:
            self.tasks.append(asyncio.create_task(self._use(who)))
            await settle()

    async def _use(self, who: object) -> None:
        async with self.turns.turn(who):
            self.served.append(who)
            await self.leave.acquire()

    async def end_one(self) -> None:
        self.leave.release()
        await settle()

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def settle() -> None:
    for _round in range(10):
        await asyncio.sleep(0)


def play(turns: Callable[[], Turns], moves: Callable[[Game], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        game = Game(turns())
        await moves(game)
        await game.stop()

    asyncio.run(run())


def test_people_take_turns_whoever_asked_most() -> None:
    async def moves(game: Game) -> None:
        await game.ask("a", "a", "a", "a", "b", "c")
        for _place in range(5):
            await game.end_one()
        assert game.served == ["a", "a", "b", "c", "a", "a"]

    play(lambda: Turns(rules()), moves)


def test_one_person_leaves_a_place_free() -> None:
    async def moves(game: Game) -> None:
        await game.ask("a", "a", "a")
        assert game.served == ["a"]
        await game.ask("b")
        assert game.served == ["a", "b"]

    play(lambda: Turns(rules(places=2)), moves)


def test_a_full_queue_refuses_at_once() -> None:
    async def moves(game: Game) -> None:
        await game.ask("a", "a", "a")
        assert not game.turns.has_room("a")
        assert game.turns.has_room("b")
        with pytest.raises(NoTurnError):  # two of this person wait
            async with game.turns.turn("a"):
                pass
        await game.ask("b")
        with pytest.raises(NoTurnError):  # three wait
            async with game.turns.turn("c"):
                pass

    play(lambda: Turns(rules(waiting=3, waiting_each=2)), moves)


def test_nobody_waits_for_ever_or_after_going_away() -> None:
    async def moves(game: Game) -> None:
        await game.ask("a", "b", "c")
        game.tasks[1].cancel()
        await game.end_one()
        assert game.served == ["a", "c"]

    async def impatient(game: Game) -> None:
        await game.ask("a")
        with pytest.raises(NoTurnError):
            async with game.turns.turn("b"):
                pass
        await game.ask("c")
        await game.end_one()
        assert game.served == ["a", "c"] or game.tasks[1].done()

    play(lambda: Turns(rules()), moves)
    play(lambda: Turns(rules(patience=0)), impatient)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("people", "places"):
        (tmp_path / name).touch()
    return tmp_path


@contextmanager
def other_process(file: Path, byte: int) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that has locked this byte, and ends with the block at the latest."""
    other = subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", LOCK, file, str(byte)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert other.stdout
        other.stdout.readline()
        yield other
    finally:
        other.kill()
        other.communicate()


def test_a_person_has_one_place_in_all_processes(folder: Path) -> None:
    with other_process(folder / "people", 7) as other:

        async def moves(game: Game) -> None:
            await game.ask(7, 8)
            assert game.served == [8]
            await game.end_one()
            assert game.served == [8]
            other.kill()
            other.wait()
            while len(game.served) < 2:  # looks again in a moment
                await asyncio.sleep(0.01)
            assert game.served == [8, 7]

        play(lambda: Turns(rules(), Locks(folder, 2)), moves)


def test_all_processes_together_have_so_many_places(folder: Path) -> None:
    with other_process(folder / "places", 0):
        assert not Locks(folder, 1).take(8)
        locks = Locks(folder, 2)
        assert locks.take(8)
        locks.give_back(8)

    assert Locks(folder, 1).take(8)
