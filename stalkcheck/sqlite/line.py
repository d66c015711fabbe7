"""A line for the one writer of an SQLite database, over all threads and processes of a server.

SQLite has no line: who finds its write lock taken sleeps, up to a tenth of a second, and tries again, and
whoever happens to try in time is next. Here is a file for the place at the head of the line, and one for the
turn to write. Who waits for the turn holds the head, so that whoever wrote last cannot have it at once again.
The kernel frees both when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Seconds between two looks at whether the place in front is free; one thread of a process looks at a time.
_LOOK_AGAIN: Final = 0.0005


class LineError(Exception):
    """The turn did not come in time."""


class Line:
    """The line, by two files in a folder that all processes share. Each thread holds one turn at most."""

    def __init__(self, folder: Path) -> None:
        self._files = (folder / "head", folder / "turn")
        self._of_process = threading.Lock()

    def enter(self, patience: float) -> int:
        """Wait for the turn, and return what `leave` gives back. Raise LineError after so many seconds."""
        until = time.monotonic() + patience
        if not self._of_process.acquire(timeout=patience):
            raise LineError
        try:
            with self._held(self._files[0], until):
                return _lock(self._files[1], until)
        finally:
            self._of_process.release()

    @staticmethod
    def leave(turn: int) -> None:
        """End the turn."""
        os.close(turn)

    @staticmethod
    @contextmanager
    def _held(file: Path, until: float) -> Iterator[None]:
        lock = _lock(file, until)
        try:
            yield
        finally:
            os.close(lock)


def _lock(file: Path, until: float) -> int:
    """Return a descriptor that holds the lock of a file. Raise LineError."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                raise LineError from None
            time.sleep(_LOOK_AGAIN)
        else:
            return descriptor
