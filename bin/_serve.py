"""The server that bin/serve runs: granian, with workers that end when it ends, even when it is killed."""

import argparse
import ctypes
import gc
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from stalkcheck import environment, listening
    from stalkcheck.serving import log

    if fault := listening.refusal(options.host, environment.hosts(), behind_proxy=environment.proxies() > 0):
        environment.exit_with(fault)
    server = Server(
        "stalkcheck.wsgi:application",
        # granian takes numbers alone.
        address=listening.addresses_of(options.host)[0],
        port=options.port,
        # Threads are our own: granian's take a request whose body is still to come.
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        # Also for how long a connection may be idle. Many slow ones hold little memory.
        http1_settings=HTTP1Settings(header_read_timeout=20_000, max_buffer_size=64 * 1024),
        websockets=False,
        workers=environment.workers(),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        log_dictconfig=log.configuration(as_json=environment.log_format() == "json"),
    )
    # Files that workers lock: by byte for each person who has a PDF made and for each place, and for the line
    # of who writes.
    # Where systemd made a folder for it, there: what lies in /tmp for long may be removed.
    with tempfile.TemporaryDirectory(prefix="stalkcheck-", dir=os.environ.get("RUNTIME_DIRECTORY")) as locks:
        Path(locks, "people").touch()
        Path(locks, "places").touch()
        # Workers count together in files of this folder (questionnaire.operations.metrics).
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = locks
        loader = partial(load, os.getpid(), Path(locks), shared_memory())
        server.serve(target_loader=loader, wrap_loader=False)


def shared_memory() -> Path | None:
    """Return memory of this process that its workers can open, for PDFs made ahead; the kernel frees it."""
    if sys.platform != "linux":
        return None
    return Path(f"/proc/{os.getpid()}/fd/{os.memfd_create('stalkcheck')}")


def load(server: int, locks: Path, memory: Path | None) -> Callable[..., Any]:
    """Return the application; runs in each worker, with the server's process id and a folder for locks."""
    # Ctrl-C reaches the workers too, and a worker that gets it and then the server's SIGTERM hangs.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # Until granian sets its own, the worker has the server's handler, which would swallow the signal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit("The server is gone.")
    sys.path.insert(0, str(ROOT))
    from stalkcheck.wsgi import application

    # isort: split
    # Django is set up by the former.
    from django.db import connection

    from questionnaire.documents.renderers import made_ahead, pdf
    from questionnaire.lifecycle.housekeeping import keep_house
    from stalkcheck.serving.application import Application
    from stalkcheck.sqlite import base, checkpoints

    # What is loaded by now stays. To look through it for garbage would hold up a page now and then.
    gc.freeze()
    if memory:
        with suppress(OSError):  # then none is made ahead
            made_ahead.open_shelf(memory)
    pdf.warm_up()
    # A thread that computes lets others go first after half a millisecond, not five: a page that asks the
    # database ten times would wait for that ten times.
    sys.setswitchinterval(0.0005)
    base.share(locks)
    if connection.vendor == "postgresql":
        from stalkcheck.postgresql.base import bound_waits

        bound_waits()
    checkpoints.start()
    threading.Thread(target=keep_house, args=[threading.Event()], name="housekeeping", daemon=True).start()
    return Application(application, locks).__call__


if __name__ == "__main__":
    main()
