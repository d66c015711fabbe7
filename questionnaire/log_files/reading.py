"""Read a file with a log in a process of its own, which is started for it and can be killed.

What reads a file made by someone else can take long, take all memory, or go wrong below Python. So a worker
does it (`worker`, in this folder): the bytes go in and cells come back, and nothing is written to disk.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from questionnaire.domain.log_import.table import Table, cell_from_json
from questionnaire.log_files import worker
from questionnaire.log_files.errors import FileFault, LogFileError

#: Seconds of wall-clock time. The kernel stops it after far less processor time; this is for one that waits.
PATIENCE: Final = 120
#: The most bytes of a reply; JSON writes a character of another script as up to twelve.
_MAX_REPLY: Final = 12 * worker.MAX_CHARACTERS + 100 * worker.MAX_ROWS

_WORKER: Final = Path(worker.__file__)


def read_file(data: bytes) -> str | Table:
    """Return the text of a file, or the table in it, by its content. Raise LogFileError."""
    if len(data) > worker.MAX_BYTES:
        raise LogFileError(FileFault.TOO_LARGE)
    reply, status = _ask([sys.executable, "-I", "-B", str(_WORKER)], data)
    if status == -signal.SIGABRT or len(reply) > _MAX_REPLY:  # a library below Python that gets no memory
        raise LogFileError(FileFault.TOO_LARGE)
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise LogFileError(FileFault.TOO_SLOW)
    if status != 0:
        raise LogFileError(FileFault.DAMAGED)
    return _content(json.loads(reply))


def _ask(command: list[str], data: bytes) -> tuple[bytes, int]:
    """Return the reply of a worker and how it ended; it is killed when it takes too long or says too much."""
    with subprocess.Popen(  # noqa: S603  (our own interpreter and file)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A message of a library may quote the log.
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
    ) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        feeder = threading.Thread(target=_feed, args=(process.stdin, data))
        timer.start()
        feeder.start()
        try:
            reply = process.stdout.read(_MAX_REPLY + 1) if process.stdout else b""
            if len(reply) > _MAX_REPLY:
                process.kill()
            status = process.wait()
        finally:
            timer.cancel()
            process.kill()
            feeder.join()
    return reply, status


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(BrokenPipeError), pipe:
        pipe.write(data)


def _content(reply: dict[str, Any]) -> str | Table:
    if fault := reply.get("error"):
        raise LogFileError(FileFault(fault))
    if "text" in reply:
        return str(reply["text"])
    rows = tuple(tuple(map(cell_from_json, row)) for row in reply["rows"])
    return Table(rows, sheet=reply["sheet"], unread=tuple(reply["unread"]))
