"""A Documenten API on loopback, as far as delivering needs one, which can fail in every way that one does."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import jwt

from questionnaire.delivery.parcel import Parcel

SECRET: Final = "a secret of more than thirty-two letters"
PATH: Final = "/documenten/api/v1/enkelvoudiginformatieobjecten"
PARCEL: Final = Parcel(
    uuid=UUID("11111111-2222-4333-8444-555555555555"),
    name="2026-117-2026-11-30-11111111-2222-4333-8444-555555555555",
    title="Verslag 2026-117, 2026-11-30",
    author="R. Bakker",
    language="nl",
    signed_on=date(2026, 11, 30),
    replaces=None,
    about={"reference": "2026-117"},
    pdf=b"%PDF-1.7 as it was",
)


_ENDLESS: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


class Archive:
    """What the server holds, which requests came, and how it answers the next ones.

    `answers` has a word for each next request: a status such as "503"; "never", which is after the client
    gave up; "close", "store and close" and "store and never", without an answer; "text", which is no JSON;
    "list", which is other JSON; "drip" and "drip head", a byte at a time. When there are none left it does as
    asked.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: deque[str] = deque()
        self.held: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.filters = True
        self.stop = threading.Event()

    @property
    def destination(self) -> dict[str, str]:
        return {
            "kind": "zgw",
            "address": self.address.removesuffix("/enkelvoudiginformatieobjecten"),
            "client": "intake",
            "secret": SECRET,
            "rsin": "123456782",
            "type": "https://catalogi.example/informatieobjecttypen/1",
            "confidentiality": "vertrouwelijk",
        }

    @property
    def pdfs(self) -> list[bytes]:
        return [b64decode(each["inhoud"]) for each in self.held]

    def answer(self, method: str, path: str, token: str, sent: dict[str, Any]) -> tuple[int, Any] | None:
        """Return a status and what is said; None to close without an answer."""
        claims = jwt.decode(token.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
        assert {"iss", "iat", "client_id", "user_id", "user_representation"} == set(claims)
        assert (claims["client_id"], urlsplit(path).path) == ("intake", PATH)
        self.requests.append((method, sent))
        how = self.answers.popleft() if self.answers else ""
        if how == "never":
            self.stop.wait(5)
        if how in ("never", "close"):
            return None
        if how.startswith("drip"):
            return 200, how
        if how == "text":
            return 200, "niet vandaag"
        if how == "list":
            return 200, []
        if how.isdigit():
            return int(how), {"detail": "Ik zeg het lekker niet: 2026-117"}
        said = self.find(parse_qs(urlsplit(path).query)) if method == "GET" else self.store(sent)
        if how == "store and never":
            self.stop.wait(30)
        return None if how.startswith("store") else said

    def find(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        found = [
            each
            for each in self.held
            if not self.filters
            or [[each["identificatie"]], [each["bronorganisatie"]]]
            == [query["identificatie"], query["bronorganisatie"]]
        ]
        return 200, {"count": len(found), "next": None, "previous": None, "results": found}

    def store(self, sent: dict[str, Any]) -> tuple[int, Any]:
        self.held.append({"url": f"{self.address}/{len(self.held)}", **sent})
        return 201, self.held[-1]


@contextmanager
def serving() -> Iterator[Archive]:
    """Serve an archive on a port of loopback, in a thread for each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length) or b"{}")
            said = archive.answer(self.command, self.path, self.headers["Authorization"], sent)
            if said is None:
                self.close_connection = True
                return
            status, content = said
            if content in ("drip", "drip head"):
                self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " if content == "drip head" else _ENDLESS)
                return
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", archive.address)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def drip(self, begin: bytes) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.wfile.write(begin)
                for _number in range(1_000):
                    if archive.stop.wait(0.02):
                        break
                    self.wfile.write(b" ")

        do_POST = do_GET  # noqa: N815  (as the library wants it)

        def log_message(self, *_args: object) -> None:
            """Say nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    archive = Archive(f"http://127.0.0.1:{server.server_port}{PATH}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield archive
    finally:
        archive.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for(archive: Archive, count: int) -> None:
    """Wait until so many documents are held."""
    until = time.monotonic() + 30
    while len(archive.held) < count:
        assert time.monotonic() < until
        time.sleep(0.02)
