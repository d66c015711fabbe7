"""Start this program and the stock wizard on loopback for `served.py`, and stop them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from load import Connection

ROOT: Final = Path(__file__).resolve().parent.parent
OUR_SERVER: Final = (sys.executable, "bin/_serve.py", "--host", "127.0.0.1", "--port")


@contextmanager
def our_program(
    url: str, servers: int, folder: Path, clients: int
) -> Iterator[tuple[dict[int, int], list[dict[str, Any]]]]:
    """Serve this program; yield its process by port, and what each client needs to send requests."""
    environment, people = prepared(url, folder, clients)
    with serving(OUR_SERVER, servers, folder, environment, "/account/login/") as ports:
        yield ports, people


def prepared(url: str, folder: Path, clients: int) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Make a database with people; return the environment of its server, and what each client needs."""
    environment = {
        "DATABASE_URL": url,
        "STALKCHECK_KEYRING": f"{folder}/keyring.json",
        "STALKCHECK_SECRET_KEY": "bench" * 10,
        "STALKCHECK_STATIC": f"{folder}/static",
    }
    for command in ("keys create", "migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
        run([sys.executable, "manage.py", *command.split()], environment)
    people = run([sys.executable, "bench/served_people.py", str(clients)], environment)
    return environment, json.loads(people)


def run(command: Sequence[str], environment: dict[str, str]) -> bytes:
    """Return what a command of ours prints."""
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE
    )
    return done.stdout


@contextmanager
def stock_wizard(url: str, servers: int, folder: Path) -> Iterator[dict[int, int]]:
    """Serve the stock wizard; yield its process by port."""
    environment = {
        "STOCK_DATABASE": url,
        "DJANGO_SETTINGS_MODULE": "stock.settings",
        "PYTHONPATH": f"{ROOT}/bench",
    }
    run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], environment)
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", "2"]
    command += ["--blocking-threads", "2", "--no-ws", "--log-level", "warning"]
    command += ["--factory", "django.core.wsgi:get_wsgi_application", "--port"]
    with serving(command, servers, folder, environment, "/up") as ports:
        yield ports


@contextmanager
def serving(
    command: Sequence[str], servers: int, folder: Path, environment: dict[str, str], path: str
) -> Iterator[dict[int, int]]:
    """Start servers, each on a port of its own; yield their processes by port once all of them answer."""
    processes: dict[int, subprocess.Popen[bytes]] = {}
    try:
        with (folder / "log").open("ab") as log:
            for _server in range(servers):
                port = free_port()
                processes[port] = subprocess.Popen(  # noqa: S603
                    [*command, str(port)], cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
                )
        for port, process in processes.items():
            wait_for(port, path, process, folder / "log")
        yield {port: process.pid for port, process in processes.items()}
    finally:
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        for process in processes.values():
            process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            Connection(port).send("GET", path)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
