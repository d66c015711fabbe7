"""Fixtures for tests of PDFs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from questionnaire.documents.renderers import other_scripts, pdf


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """Run a server on loopback; give its address and the list of paths that were requested."""
    requests: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            """Say nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    with pytest.raises(HTTPError):
        urlopen(f"{url}/noticed")  # noqa: S310  (our own server)
    assert requests == ["/noticed"]
    requests.clear()
    yield url, requests
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def other_fonts() -> tuple[str, ...]:
    """Use the fonts for other scripts that are installed; they must be, and no other test has them."""
    fonts = tuple(pdf._other_fonts())
    assert len(fonts) == 2 * len(other_scripts.SCRIPTS), "install fonts-noto-core fonts-droid-fallback"
    return fonts
