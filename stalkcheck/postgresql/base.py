"""Django's backend for PostgreSQL with an end to every wait; Django finds `DatabaseWrapper` here by its name.

The database itself ends a wait for a lock. It ends none when its host hangs, is frozen or lost its network:
then the client has to, and TCP alone takes a quarter of an hour. A server calls `bound_waits`. A command has
no such bound: a migration or a check of all events may work for minutes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any, Final, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg import conninfo, errors

from stalkcheck import databases

#: Seconds after which a server that said nothing is left. More than a wait for a lock, which ends by itself.
SILENT_SECONDS: Final = 4.5
#: For how long after that nobody else asks it: each would wait as long, and people would wait in line.
_REST_SECONDS: Final = 2.0
#: For how long it is asked meanwhile by a connection that was there already, and whether it still answers.
_BRIEF_SECONDS: Final = 0.5
#: A host that refuses a connection does so within this time; trying again costs nobody anything.
_REFUSED_SECONDS: Final = 1.0

_Result = TypeVar("_Result")


class _Silence:
    """Whether the database was silent lately, for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def begin(self) -> None:
        """Note that it said nothing for as long as anyone waits."""
        with self._lock:
            self._until = time.monotonic() + _REST_SECONDS

    def end(self) -> None:
        """Note that it answered."""
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it was silent, and nobody heard it since."""
        return bool(self._until)

    def may_ask(self) -> bool:
        """Return whether someone may ask it; after a silence one at a time."""
        if not self._until:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + SILENT_SECONDS + _REST_SECONDS
            return True


_silence: Final = _Silence()
_bounds: list[float] = []
#: The host, and its port, that answered last, if several are named: it is asked first.
_answered: list[tuple[str, str]] = []


def bound_waits(seconds: float = SILENT_SECONDS) -> None:
    """Let nothing in this process wait longer than this for the database to say something."""
    _bounds[:] = [seconds]


def _has_answered(host: str, port: str) -> bool:
    return any(host == each and port in ("", number) for each, number in _answered)


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the database is silent for too long."""

    def wait(
        self,
        gen: Generator[Any, Any, _Result],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> _Result:
        """Wait for an answer. Raise psycopg.OperationalError when none comes.

        A database that works too long at something is not silent: it answers when asked to stop.
        """
        # Who comes next in line, with another connection, does not wait as long once more.
        limit = _BRIEF_SECONDS if _silence.is_on else _bounds[0]
        try:
            return super().wait(gen, interval, timeout or limit)
        except errors._WaitTimeout:
            is_silent = _silence.is_on or not self._stops()
            # What it says later would be taken for the answer to the next question.
            self.pgconn.finish()
            if is_silent:
                _silence.begin()
                raise psycopg.OperationalError("the database says nothing") from None
            raise psycopg.OperationalError("the database took too long") from None

    def _stops(self) -> bool:
        """Ask the database to stop what it is at; return whether it takes that up."""
        try:
            self.cancel_safe(timeout=_BRIEF_SECONDS)
        except psycopg.Error:
            return False
        return True


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to whichever host answers, with an end to its waits."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return what Django does, with the host first that answered last."""
        params: dict[str, Any] = super().get_connection_params()
        if _bounds and params.get("options"):
            params["options"] += f" {databases.options_of(databases.SERVER_SETTINGS)}"
        hosts, ports = (str(params.get(name, "")).split(",") for name in ("host", "port"))
        if len(hosts) > 1:
            places = list(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True))
            places.sort(key=lambda place: not _has_answered(*place))
            params["host"], params["port"] = (",".join(each) for each in zip(*places, strict=True))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raise psycopg.OperationalError, at once when the database was silent just now."""
        if not _bounds:
            return super().get_new_connection(conn_params)
        if not _silence.may_ask():
            raise psycopg.OperationalError("the database was silent just now")
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        began = time.monotonic()
        try:
            connection = BoundedConnection.connect(**conn_params)
        except psycopg.Error:
            is_silent = time.monotonic() - began > _REFUSED_SECONDS
            _silence.begin() if is_silent else _silence.end()
            raise
        _silence.end()
        _answered[:] = [(connection.info.host, str(connection.info.port))]
        return connection

    def tool_login(self) -> tuple[str, dict[str, str]]:
        """Return how pg_dump and its like sign in as this does: a connection string, and the environment.

        The password is in the environment alone: a list of processes shows arguments.
        """
        own = self.settings_dict
        names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
        login = {name: str(own[key]) for name, key in names.items() if own[key]}
        # A dump waits for locks as long as it must.
        login |= {name: value for name, value in own["OPTIONS"].items() if name != "options"}
        return conninfo.make_conninfo(**login), {"PGPASSWORD": own["PASSWORD"]} if own["PASSWORD"] else {}
