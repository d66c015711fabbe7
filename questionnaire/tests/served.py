"""Run the server as `bin/serve` does, in processes of its own, with the tests' database and key ring."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils.datastructures import MultiValueDict

from questionnaire.models import User
from questionnaire.tests.own_process import database_url
from questionnaire.tests.pages import controls

HOST: Final = "127.0.0.1"
#: Raised by a request without a whole response: the server stopped, or does not run.
NO_RESPONSE: Final = (http.client.HTTPException, OSError)
#: Django takes the secret of the cookie itself as the token of a form.
_CSRF: Final = "c" * 32
_START_TIMEOUT: Final = 60  # seconds; on a busy machine


@dataclass(frozen=True)
class Response:
    """A whole HTTP response."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    seconds: float

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def controls(self) -> MultiValueDict[str, str]:
        """Return what the forms of the page would post."""
        return controls(self.text)


class Server:
    """granian with its workers. Leaving the `with` block stops them; every start appends to one log.

    `program` is the folder of another version, if it is not this one.
    """

    def __init__(self, log: Path, /, *program: Path, **environment: str) -> None:
        self.log, self._program = log, program[0] if program else Path(settings.BASE_DIR)
        self._environment = environment
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process
        return self._process

    def start(self) -> float:
        """Start the server, and return the seconds until it responded."""
        environment = {
            "DATABASE_URL": database_url(),
            "STALKCHECK_KEYRING": str(settings.KEYRING_PATH),
            "STALKCHECK_SECRET_KEY": settings.SECRET_KEY,
        }
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  (our own server)
                [sys.executable, "bin/_serve.py", "--host", HOST, "--port", str(self.port)],
                cwd=self._program,
                env={**os.environ, **environment, **self._environment},
                stdout=log,
                stderr=log,
            )
        self.wait()
        return time.monotonic() - began

    def wait(self) -> None:
        """Wait until the server responds."""
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline:
            with suppress(*NO_RESPONSE):
                Browser(self).get("/account/login/")
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.01)
        raise AssertionError(self.log.read_text())

    @property
    def is_up(self) -> bool:
        return self.process.poll() is None

    def workers(self) -> list[int]:
        """Return the processes that answer requests, the oldest first."""
        return sorted(_children(self.process.pid), key=_start_time)

    def pdf_workers(self) -> list[int]:
        """Return the processes that make PDFs."""
        return [child for worker in self.workers() for child in _children(worker)]

    def processor_seconds(self) -> float:
        """Return the processor seconds used so far; unlike elapsed time, other load hardly changes them."""
        times = [_fields(Path(f"/proc/{pid}/stat"))[11:13] for pid in (self.process.pid, *self.workers())]
        return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """Kill the server with -9; its workers end with it."""
        workers = self.workers()
        self.process.kill()
        self.process.wait()
        for pid in workers:
            _wait_for_exit(pid)

    def stop(self) -> None:
        """Stop the server as Ctrl-C does."""
        if self._process is None or not self.is_up:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


class Browser:
    """An HTTP client for one user, without JavaScript. Each request opens a connection of its own."""

    def __init__(
        self, server: Server, user: User | None = None, *, session: str = "", csrf: str = _CSRF
    ) -> None:
        self.server, self._csrf = server, csrf
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: _CSRF}

    def get(self, path: str) -> Response:
        return self._request("GET", path, None, {})

    def post(self, path: str, data: Mapping[str, Any], accept: str = "text/html") -> Response:
        """Post a form. Raise one of NO_RESPONSE when no whole response arrives."""
        body = urlencode({**data, "csrfmiddlewaretoken": self._csrf}, doseq=True)
        content_type = "application/x-www-form-urlencoded"
        return self._request("POST", path, body, {"Accept": accept, "Content-Type": content_type})

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection to the server, or to what stands in front of it."""
        return http.client.HTTPConnection(HOST, self.server.port, timeout=600)

    def _request(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        began = time.monotonic()
        connection = self.connect()
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookies, "Connection": "close"})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return Response(response.status, content, dict(response.headers), time.monotonic() - began)


def kill(pid: int) -> bool:
    """Kill a process with -9, and return whether it was still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, ppid = _fields(stat)[:2]
            if int(ppid) == parent and state != "Z":
                yield int(stat.parent.name)


def _fields(stat: Path) -> list[str]:
    """Return the fields after the name of the program, which may be anything."""
    return stat.read_text().rpartition(")")[2].split()


def _start_time(pid: int) -> int:
    with suppress(OSError):
        return int(_fields(Path(f"/proc/{pid}/stat"))[19])
    return 0


def _wait_for_exit(pid: int) -> None:
    """Wait until a process has ended that is not a child of this one."""
    with suppress(OSError):
        while _fields(Path(f"/proc/{pid}/stat"))[0] != "Z":
            time.sleep(0.001)
