"""Django's backend for SQLite with a line for who writes; Django finds `DatabaseWrapper` here by its name.

The server says which line by `share`. Without one, as in a command, SQLite's own lock is all there is; it
holds in any case.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from stalkcheck.sqlite.checkpoints import PAGES_AT_MOST
from stalkcheck.sqlite.line import Line, LineError

_lines: list[Line] = []


def share(folder: Path) -> None:
    """Wait in the line of this folder from now on, in this process, before each transaction that writes."""
    _lines[:] = [Line(folder)]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits for its turn before it begins a transaction, and ends it with that."""

    _turn: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open the database; a thread of the server copies its log back, see `checkpoints`."""
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        if _lines:
            connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_AT_MOST}")
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        if _lines:
            try:
                self._turn = _lines[0].enter(float(self.settings_dict["OPTIONS"].get("timeout", 5)))
            except LineError:
                raise OperationalError("database is locked") from None
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()  # not after an error: then it is rolled back, or the connection closed

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._turn is not None:
            Line.leave(self._turn)
            self._turn = None
