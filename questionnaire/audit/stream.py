"""Hand each event on to where an organisation watches for them, once its transaction is committed.

The database has the events; this is a copy for whoever watches as it happens. So nothing here fails or slows
a request: a thread writes, and what does not get away is one warning in the log. What a watcher missed is in
`manage.py events`.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from functools import partial
from logging.handlers import SysLogHandler
from typing import Final

from django.conf import settings
from django.db import transaction

from questionnaire.audit.event_fields import TYPED, fields_of
from questionnaire.models import Event, User

_LOGGER: Final = logging.getLogger(__name__)
#: Longer than any burst of one process; more waits only where the watcher stands still.
_MOST_WAITING: Final = 10_000
#: Seconds that a process which ends waits for its last lines to get away.
_PATIENCE: Final = 2.0
_SYSLOG: Final = "/dev/log"
_FILE: Final = "file:"

Write = Callable[[bytes], None]


def is_destination(text: str) -> bool:
    """Return whether the setting names somewhere to write to, or "" for nowhere."""
    return text in {"", "stdout", "syslog"} or text.startswith(f"{_FILE}/")


def on_commit(event: Event) -> None:
    """Hand this event on when the transaction that recorded it is committed; not when it is undone."""
    destination = settings.EVENTS_TO
    if destination and is_destination(destination):
        transaction.on_commit(partial(_hand_on, event, destination), robust=True)


def _hand_on(event: Event, destination: str) -> None:
    names = _names(event.actor)
    fields = {name: value for name, value in fields_of(event, names).items() if name not in TYPED}
    _stream_to(destination).put(f"{json.dumps(fields)}\n".encode())


def _names(actor: User | None) -> dict[int, str]:
    """Return the name of who did it, which is at hand; another would cost a query."""
    return {actor.pk: actor.username} if actor else {}


class _Stream:
    """A thread that writes lines to one destination, in the order in which they come."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: queue.Queue[bytes] = queue.Queue(_MOST_WAITING)
        self._is_failing = False
        threading.Thread(target=self._run, name="events", daemon=True).start()

    def put(self, line: bytes) -> None:
        """Let this line be written. It never waits."""
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._warn()

    def drain(self, seconds: float) -> None:
        """Wait until all is written, but no longer than this."""
        done = threading.Thread(target=self._waiting.join, daemon=True)
        done.start()
        done.join(seconds)

    def _run(self) -> None:
        while True:
            line = self._waiting.get()
            try:
                self._write(line)
                self._is_failing = False
            except OSError:
                self._warn()
            finally:
                self._waiting.task_done()

    def _warn(self) -> None:
        """Say once that lines are lost, until one gets away again."""
        if not self._is_failing:
            self._is_failing = True
            _LOGGER.warning("events are not handed on; the database has them: see STALKCHECK_EVENTS")


#: By process, as one that was forked has no threads, and by destination.
_streams: Final[dict[tuple[int, str], _Stream]] = {}
_lock: Final = threading.Lock()


def _stream_to(destination: str) -> _Stream:
    key = (os.getpid(), destination)
    with _lock:
        if key not in _streams:
            _streams[key] = _Stream(_writer(destination))
            atexit.register(_streams[key].drain, _PATIENCE)
        return _streams[key]


def _writer(destination: str) -> Write:
    if destination == "stdout":
        return partial(_write_whole, 1)
    if destination == "syslog":
        return _Syslog()
    return partial(_append, destination.removeprefix(_FILE))


def _append(path: str, line: bytes) -> None:
    """Add a line to a file that other processes write too, by its name each time: it can be rotated.

    A disk that was full can have cut off the line before it, which takes no other along.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # Without it, half of what another process writes just now would look like a line that was cut off.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        _write_whole(descriptor, b"\n" + line if is_cut else line)
    finally:
        os.close(descriptor)


def _write_whole(descriptor: int, line: bytes) -> None:
    """Write a line at once; raise OSError when not all of it fits."""
    if os.write(descriptor, line) != len(line):
        raise OSError


class _Syslog:
    """Hands lines to the syslog of this computer, which it looks for again after an error."""

    def __init__(self) -> None:
        self._handler: SysLogHandler | None = None

    def __call__(self, line: bytes) -> None:
        if self._handler is None:
            self._handler = _Handler(_SYSLOG, SysLogHandler.LOG_AUTHPRIV)
            self._handler.ident = "stalkcheck-events: "
        record = logging.LogRecord("events", logging.INFO, "", 0, line.decode().rstrip("\n"), None, None)
        try:
            self._handler.emit(record)
        except OSError:
            self._handler.close()
            self._handler = None
            raise


class _Handler(SysLogHandler):
    """Raises what goes wrong, where the library would print a traceback."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802  (the library's name)
        raise
