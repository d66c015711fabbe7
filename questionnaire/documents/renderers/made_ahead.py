"""PDFs that were made before someone asked for them: a few, in memory, for five minutes.

They lie on a shelf that all processes of one server share: memory that the server has and no file has. Each
is for one session of one person, and under a digest of all that its page is built from. So whatever changes
that makes it another, and nothing that is out of date is handed out. What is thrown away is overwritten.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from questionnaire.documents.renderers.pdf import render_ahead

#: How long a PDF lies there, in seconds.
SECONDS: Final = 300
#: How many fit, in all and for one session, and how large one may be with its head.
PLACES: Final = 16
PLACES_EACH: Final = 2
SIZE: Final = 256 * 1024
#: How many characters a page may have that is made ahead. A full summary has a third of that.
LONGEST: Final = 150_000

_HEAD: Final = struct.Struct("<dQ32s32s")


@dataclass(frozen=True, slots=True)
class _Lying:
    """What lies at a place: since when, how long it is, and digests of for whom and of what."""

    place: int
    since: float
    length: int
    owner: bytes
    key: bytes


class Shelf:
    """The shelf of one server. Any thread of any of its processes may use it; each opens it once."""

    def __init__(self, memory: Path) -> None:
        self._file = os.open(memory, os.O_RDWR)  # closing it would give back the locks
        os.truncate(self._file, PLACES * SIZE)
        self._memory = mmap.mmap(self._file, PLACES * SIZE)
        self._thread = threading.Lock()

    def put(self, session: str, page: str, pdf: bytes) -> None:
        """Lay the PDF of a page down by its digest, in the place of the oldest when there is no room."""
        if len(pdf) > SIZE - _HEAD.size:
            return
        owner = _digest(session)
        with self._locked():
            lying = self._look()
            own = [each for each in lying if each.owner == owner]
            taken = {each.place for each in lying}
            free = next((place for place in range(PLACES) if place not in taken), None)
            if len(own) >= PLACES_EACH or free is None:
                free = min(own if len(own) >= PLACES_EACH else lying, key=lambda each: each.since).place
            self._clear(free)
            start = free * SIZE
            self._memory[start + _HEAD.size : start + _HEAD.size + len(pdf)] = pdf
            _HEAD.pack_into(self._memory, start, time.monotonic(), len(pdf), owner, _digest(session, page))

    def take(self, session: str, page: str) -> bytes | None:
        """Return the PDF of this page that was made for this session; it stays, for who asks twice."""
        key = _digest(session, page)
        with self._locked():
            for each in self._look():
                if each.key == key:
                    start = each.place * SIZE + _HEAD.size
                    return self._memory[start : start + each.length]
        return None

    def has(self, session: str) -> bool:
        """Return whether anything lies there for this session."""
        owner = _digest(session)
        with self._locked():
            return any(each.owner == owner for each in self._look())

    def throw_away(self, session: str) -> None:
        """Throw away what lies there for a session."""
        owner = _digest(session)
        with self._locked():
            for each in self._look():
                if each.owner == owner:
                    self._clear(each.place)

    def tidy(self) -> None:
        """Throw away what lies there too long."""
        with self._locked():
            self._look()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep out other threads, and other processes by a lock that the kernel gives back when one dies."""
        with self._thread:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _look(self) -> list[_Lying]:
        """Return what lies there, and throw away what does too long."""
        lying = []
        for place in range(PLACES):
            since, *rest = _HEAD.unpack_from(self._memory, place * SIZE)
            if not since:
                continue
            if since + SECONDS > time.monotonic():
                lying.append(_Lying(place, since, *rest))
            else:
                self._clear(place)
        return lying

    def _clear(self, place: int) -> None:
        self._memory[place * SIZE : (place + 1) * SIZE] = bytes(SIZE)


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


#: The shelf of this server; None where its processes share no memory, and no PDF is made ahead.
_shelf: Shelf | None = None


def open_shelf(memory: Path) -> Shelf:
    """Make PDFs ahead from now on, on the shelf in this memory."""
    global _shelf
    _shelf = Shelf(memory)
    return _shelf


def shelf() -> Shelf | None:
    """Return the shelf of this server, if it has one."""
    return _shelf


def make(session: str, page: str, build: Callable[[], str]) -> None:
    """Make the PDF of a page for a session, unless it is there or anyone wants another PDF."""
    if _shelf is None or _shelf.take(session, page) is not None:
        return
    html = build()
    if len(html) <= LONGEST and (made := render_ahead(html)) is not None:
        _shelf.put(session, page, made)
