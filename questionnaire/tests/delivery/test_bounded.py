"""Requests that end by a moment; test_documenten_api.py has the servers that drip."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest
import requests

from questionnaire.delivery import bounded, documenten_api
from questionnaire.tests.delivery.archive import Archive


def test_what_is_opened_after_the_moment_is_shut_too(archive: Archive) -> None:
    archive.answers.extend(["drip"])
    begun = time.monotonic()
    with pytest.raises(requests.Timeout), bounded.session(0.1) as session:
        ask_late(session, archive)

    assert time.monotonic() - begun < 15


def test_what_fails_in_time_fails_as_it_did() -> None:
    with pytest.raises(requests.ConnectionError), bounded.session(60) as session:
        session.get("http://127.0.0.1:9/", timeout=60)


#: What a server begins with: an answer after which it closes, and a handshake of TLS.
BEGINS = {
    "http": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n",
    "https": b"\x16\x03\x03\x40\x00",
}


@pytest.mark.parametrize("scheme", BEGINS)
def test_an_answer_that_takes_the_socket_with_it_and_a_handshake_end_too(scheme: str) -> None:
    begun = time.monotonic()
    with (
        dripping(BEGINS[scheme]) as port,
        pytest.raises(requests.Timeout),
        bounded.session(0.2) as session,
    ):
        session.get(f"{scheme}://127.0.0.1:{port}/", timeout=5)

    assert time.monotonic() - begun < 5


def test_what_a_proxy_wrapped_in_a_second_tls_is_ended_below_it() -> None:
    """urllib3 then has an object in place of the socket that is none."""
    ours, theirs = socket.socketpair()
    adapter = bounded._Adapter()
    connection = adapter._kept(SimpleNamespace(_new_conn=lambda: ours))
    connection._new_conn()
    connection.sock = SimpleNamespace(socket=ours)

    adapter.shut()

    theirs.settimeout(5)
    assert theirs.recv(1) == b""
    adapter.close()
    adapter.shut()  # as when the moment comes at the end: nothing to do, and no error
    for each in (ours, theirs):
        each.close()


@contextmanager
def dripping(begin: bytes) -> Iterator[int]:
    """Serve one who comes with this, and then with a byte at a time for ten seconds; give the port."""

    def serve() -> None:
        with server.accept()[0] as visitor, suppress(OSError):
            visitor.recv(9999)
            visitor.sendall(begin)
            for _ in range(100):
                visitor.sendall(b"x")
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def ask_late(session: requests.Session, archive: Archive) -> None:
    time.sleep(0.5)
    token = documenten_api._token(archive.destination)
    session.get(archive.address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
