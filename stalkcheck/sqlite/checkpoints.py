"""Copy SQLite's log of writes back into the database in a thread of its own, so that no request does it.

Whoever commits when the log is long pays for all of it: two flushes to disk and thousands of pages.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

#: Seconds between two looks at the log.
_INTERVAL: Final = 1.0
#: A request still does it when the log has grown to so many pages, as when this thread cannot keep up.
PAGES_AT_MOST: Final = 16_000


def start() -> threading.Thread | None:
    """Start the thread, which ends with its process; None where the database is not SQLite."""
    if connection.vendor != "sqlite":
        return None
    thread = threading.Thread(target=_run, name="checkpoints", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    log, seen = Path(f"{connection.settings_dict['NAME']}-wal"), 0
    while True:
        threading.Event().wait(_INTERVAL)
        with suppress(OSError, DatabaseError):  # it is tried again
            if (changed := log.stat().st_mtime_ns) != seen:
                checkpoint()
                seen = changed
                connection.close()  # the file can be replaced by a backup


def checkpoint() -> None:
    """Copy what no reader still needs in the log; nobody who reads or writes waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
