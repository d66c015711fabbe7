"""The server that bin/serve runs: granian, with workers that end when it ends, even when it is killed."""

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    server = Server(
        "stalkcheck.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=2,
        # Two each, so that a page that waits for its PDF holds up nobody.
        blocking_threads=2,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(load, os.getpid()), wrap_loader=False)


def load(server: int) -> Callable[..., Any]:
    """Return the application; runs in each worker, with the server's process id."""
    # Ctrl-C reaches the workers too, and a worker that gets it and then the server's SIGTERM hangs.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # Until granian sets its own, the worker has the server's handler, which would swallow the signal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit("The server is gone.")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from stalkcheck.wsgi import application

    return application


if __name__ == "__main__":
    main()
