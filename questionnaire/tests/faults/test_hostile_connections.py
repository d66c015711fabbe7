"""What no browser sends: each is answered or closed, is no error of ours, and others are served meanwhile."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from questionnaire.models import User
from questionnaire.tests.deploy.proxies import BEHIND_PROXY, NAME, Proxy
from questionnaire.tests.served import HOST, Server

pytestmark = pytest.mark.django_db(transaction=True)

GET: Final = b"GET /account/login/ HTTP/1.1\r\nHost: localhost\r\n"
POST: Final = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n"
#: Websockets and HTTP/2 are not offered: a request to change to them is an ordinary one.
WEBSOCKET: Final = (
    b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
HTTP2: Final = (
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
)
#: What is sent, and the status codes of all answers that come before the connection is closed.
SENT: Final = {
    "two requests at once": (GET + b"\r\n" + GET + b"Connection: close\r\n\r\n", [200, 200]),
    "a request after a body": (
        POST + b"Content-Length: 3\r\n\r\na=b" + GET + b"Connection: close\r\n\r\n",
        [403, 200],
    ),
    "a header without end": (GET + b"X-Header: " + b"x" * 2_000_000, [431]),
    "thousands of headers": (GET + b"".join(b"X-%d: y\r\n" % n for n in range(5_000)) + b"\r\n", [431]),
    "an address without end": (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", [414]),
    "a websocket": (GET + WEBSOCKET, [200]),
    "HTTP/2 over plain text": (GET + HTTP2, [200]),
    "HTTP/2 at once": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []),
    "two lengths": (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", [400]),
    # One of the two is taken, and what comes after it never is another request.
    "a length and chunks": (CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n" + GET + b"\r\n", [403]),
    "a body that is not coded as it says": (POST + b"Transfer-Encoding: identity\r\n\r\na=b", [400]),
    "chunks in HTTP/1.0": (CHUNKED.replace(b"1.1", b"1.0") + b"\r\n0\r\n\r\n", [400]),
    "what is no chunk": (CHUNKED + b"\r\nzz\r\na=b", [400]),
    "chunks and more headers": (CHUNKED + b"Connection: close\r\n\r\n3\r\na=b\r\n0\r\nX-Y: z\r\n\r\n", [403]),
    "a header over two lines": (GET + b"X-Header: a\r\n b\r\n\r\n", [400]),
    "a zero in the address": (b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "log"


def statuses(port: int, sent: bytes) -> list[int]:
    """Send this, and return the status codes of all that comes until the server closes the connection."""
    came = b""
    with socket.create_connection((HOST, port), timeout=60) as client:
        with suppress(ConnectionError):  # it was told enough
            client.sendall(sent)
        with suppress(ConnectionError):
            while part := client.recv(1 << 16):
                came += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", came)]


def test_what_no_browser_sends_is_answered_or_closed(log: Path) -> None:
    with Server(log) as server:
        for name, (sent, expected) in SENT.items():
            assert statuses(server.port, sent) == expected, name
            assert statuses(server.port, GET + b"Connection: close\r\n\r\n") == [200], f"after {name}"
        assert server.is_up
    written = log.read_text()
    for word in ("Traceback", "outside Django", "panicked"):
        assert word not in written


def test_half_a_chunked_body_is_told_so_and_is_no_request(log: Path) -> None:
    with Server(log) as server:
        with socket.create_connection((HOST, server.port), timeout=60) as client:
            client.sendall(CHUNKED + b"\r\n5\r\na=b")
            client.shutdown(socket.SHUT_WR)
            answer = client.recv(1 << 16)
        assert statuses(server.port, GET + b"Connection: close\r\n\r\n") == [200]

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


def in_chunks(connection: http.client.HTTPConnection, host: str) -> tuple[int, str]:
    """Post a sign-in that is wrong, in two chunks; return the status and the page."""
    token = "c" * 32
    body = f"csrfmiddlewaretoken={token}&login=alice&password=wrong".encode()
    headers = {
        "Host": host,
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={token}",
        "Origin": f"https://{host}",
    }
    parts = iter([body[:9], body[9:]])
    connection.request("POST", "/account/login/", parts, headers, encode_chunked=True)
    response = connection.getresponse()
    try:
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.fixture(params=["nginx", "caddy"])
def proxied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxy]:
    if not shutil.which(request.param, path="/usr/sbin:/usr/bin"):
        pytest.skip(f"Install {request.param}")
    with (
        Server(tmp_path / "server", **BEHIND_PROXY) as server,
        Proxy(request.param, tmp_path, [server.port, server.port]) as proxy,
    ):
        yield proxy


@pytest.mark.servers
def test_a_chunked_post_is_read_whole_behind_a_proxy_too(alice: User, proxied: Proxy) -> None:
    status, page = in_chunks(proxied.connect(), NAME)

    # 200 with what was typed: not 403 as a post without its token, nor 411.
    assert status == 200
    assert 'value="alice"' in page
