"""Give out a fixed number of places by fair turns: whoever waits waits on the event loop, not in a thread."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Seconds between looks at whether another process has given back someone's lock.
_LOOK_AGAIN: Final = 0.2


class NoTurnError(Exception):
    """Too many are waiting, or it took too long: try again later."""


class NoLocks:
    """Places of which one process alone knows."""

    def take(self, who: Hashable) -> bool:
        """Return whether this person may have a place here: always."""
        return True

    def give_back(self, who: Hashable) -> None:
        """Do nothing: nothing was taken."""


class Locks(NoLocks):
    """So many places, and one a person, in all processes together: locks on bytes of two files of a folder.

    In the file `people` the byte has the number of the person. The kernel gives locks back when a process
    dies. A process has one place at a time: its own locks would not keep itself from another.
    """

    def __init__(self, folder: Path, places: int) -> None:
        # Open as long as the process is there.
        self._people, self._places = (os.open(folder / name, os.O_RDWR) for name in ("people", "places"))
        self._numbers = range(places)
        self._place: int | None = None

    def take(self, who: Hashable) -> bool:
        """Return whether there is a place, and no other process has one for this person; then take both."""
        assert isinstance(who, int)  # noqa: S101  (the number of an account)
        place = next((number for number in self._numbers if _lock(self._places, number)), None)
        if place is None:
            return False
        if not _lock(self._people, who):
            _unlock(self._places, place)
            return False
        self._place = place
        return True

    def give_back(self, who: Hashable) -> None:
        """Let other processes have the place, also for this person."""
        assert isinstance(who, int)  # noqa: S101  (as above)
        assert self._place is not None  # noqa: S101  (it was taken)
        _unlock(self._people, who)
        _unlock(self._places, self._place)


def _lock(file: int, byte: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError:
        return False
    return True


def _unlock(file: int, byte: int) -> None:
    fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)


@dataclass(frozen=True, slots=True)
class Rules:
    """How many places there are, and how many may wait. The numbers with `each` are for one person."""

    places: int
    places_each: int
    waiting: int
    waiting_each: int
    #: Seconds that anyone waits.
    patience: float


class Turns:
    """The places of one process. Those who wait get them in turn, one a person, whoever asked most."""

    def __init__(self, rules: Rules, locks: NoLocks | None = None) -> None:
        self._rules = rules
        self._locks = locks or NoLocks()
        self._taken: Counter[Hashable] = Counter()
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._look: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, who: Hashable) -> AsyncIterator[None]:
        """Wait for a place, and hold it until the block ends. Raise NoTurnError."""
        await self._wait(who)
        try:
            yield
        finally:
            self._give_back(who)

    @property
    def is_idle(self) -> bool:
        """Return whether nobody has a place here or waits for one."""
        return not self._taken and not self._waiting

    def has_room(self, who: Hashable) -> bool:
        """Return whether one more request of this person may wait. From any thread: it can change at once."""
        return len(self._waiting.get(who, ())) < self._rules.waiting_each

    async def _wait(self, who: Hashable) -> None:
        total = sum(map(len, self._waiting.values()))
        if not self.has_room(who) or total >= self._rules.waiting:
            raise NoTurnError
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(place)
        self._hand_out()
        try:
            await asyncio.wait([place], timeout=self._rules.patience)
        finally:  # also when the client has gone
            if not place.done():
                self._leave(who, place)
        if not place.done():
            raise NoTurnError

    def _leave(self, who: Hashable, place: asyncio.Future[None]) -> None:
        self._waiting[who].remove(place)
        if not self._waiting[who]:
            del self._waiting[who]

    def _give_back(self, who: Hashable) -> None:
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]
            self._locks.give_back(who)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._taken.total() < self._rules.places and (who := self._next()) is not None:
            self._taken[who] += 1
            queue = self._waiting[who]
            queue.popleft().set_result(None)
            if queue:
                self._waiting.move_to_end(who)
            else:
                del self._waiting[who]
        self._look_again_later()

    def _next(self) -> Hashable | None:
        """Return who is first in turn and may have one more place."""
        for who in self._waiting:
            taken = self._taken[who]
            if taken < self._rules.places_each and (taken or self._locks.take(who)):
                return who
        return None

    def _look_again_later(self) -> None:
        """When a place stays free because another process holds someone's lock, look again in a moment."""
        if self._look or not self._waiting or self._taken.total() >= self._rules.places:
            return
        self._look = asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._look_now)

    def _look_now(self) -> None:
        self._look = None
        self._hand_out()
