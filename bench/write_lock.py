"""Take the write lock of an SQLite database ten times a second, as one more writer would, until told to stop.

Prints the mean milliseconds that it waited. A process of its own: SQLite's locks are those of a process.

Usage: python bench/write_lock.py FILE
"""

from __future__ import annotations

import select
import sqlite3
import statistics
import sys
import time


def main() -> None:
    """Probe until a line or the end of standard input."""
    connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
    waits = [0.0]
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        waits.append(1000 * (time.perf_counter() - start))
        connection.execute("ROLLBACK")
    print(statistics.fmean(waits))


if __name__ == "__main__":
    main()
