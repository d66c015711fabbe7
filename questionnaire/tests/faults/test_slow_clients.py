"""Clients that send or read slowly, and many PDFs at once: other people are served meanwhile.

What takes how long is measured by `bench/slow.py`. Here other people are served at all: before bodies were
read without a thread, four slow ones held every thread of the server.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Event, Team, User
from questionnaire.tests.served import HOST, Browser, Response, Server

pytestmark = pytest.mark.django_db(transaction=True)

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\n" + FORM
#: What a slow client sends, and never the rest.
BEGINNINGS = {
    "connection": b"",
    "head": b"GET /account/login/ HTTP/1.1\r\nHost: loc",
    "body": POST + b"Content-Length: 1000\r\n\r\n7 bytes",
    "chunked body": POST + b"Transfer-Encoding: chunked\r\n\r\n7\r\n7 bytes\r\n",
    "large body": POST + b"Content-Length: 16000000\r\n\r\n" + b"x" * 70_000,
    # Complete, so the server answers; nobody reads that.
    "reading": b"GET /static/questionnaire/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40,
}


@contextmanager
def slow_clients(server: Server, beginning: bytes, number: int) -> Iterator[None]:
    """Keep so many connections open that sent this and then neither send nor read."""
    with ExitStack() as stack:
        for _client in range(number):
            client = stack.enter_context(socket.create_connection((HOST, server.port), timeout=60))
            client.sendall(beginning)
        yield


def get(server: Server, path: str) -> int:
    """Return the status of a page; raise when it does not come within a minute."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "log"


@pytest.mark.parametrize("number", [8, pytest.param(64, marks=pytest.mark.soak)])
def test_slow_clients_hold_nobody_up(log: Path, number: int) -> None:
    with Server(log) as server:
        for kind, beginning in BEGINNINGS.items():
            with slow_clients(server, beginning, number):
                # As many as surely reach both workers.
                statuses = [get(server, "/account/login/") for _request in range(16)]
            assert statuses == [200] * 16, kind


def test_a_chunked_post_is_read_whole(alice: User, log: Path) -> None:
    alice.set_password("een lang wachtwoord")
    alice.save()
    with Server(log) as server:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        token = "c" * 32
        body = f"csrfmiddlewaretoken={token}&login=alice&password=wrong".encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.CSRF_COOKIE_NAME}={token}",
        }
        connection.request(
            "POST", "/account/login/", iter([body[:9], body[9:]]), headers, encode_chunked=True
        )
        response = connection.getresponse()
        html = response.read().decode()
        connection.close()

    # It was 403, as a post without its token.
    assert response.status == 200
    assert 'value="alice"' in html


def test_a_post_that_breaks_off_is_no_request(alice: User, log: Path) -> None:
    intake = intake_actions.start_intake(alice, Team.objects.get(), "2026-117", date(2026, 3, 23), "nl")
    client = Client()
    client.force_login(alice)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    url, before = reverse("section", args=[intake.uuid, "fear"]), Event.objects.count()
    with Server(log) as server:
        for length in (b"Content-Length: 1000", b"Transfer-Encoding: chunked"):
            body = b"csrfmiddlewaretoken=%b&fear_level=3&_go=save" % (b"c" * 32)
            part = body if b"Content" in length else b"%x\r\n%b\r\n" % (len(body), body)
            cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"
            head = f"POST {url} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n".encode()
            with socket.create_connection((HOST, server.port), timeout=60) as broken:
                broken.sendall(head + FORM + length + b"\r\n\r\n" + part)
            assert get(server, "/account/login/") == 200
        server.stop()  # waits for what the server still does

    intake.refresh_from_db()
    assert intake.content["answers"] == {}
    assert Event.objects.count() == before


def test_what_is_too_large_gets_the_page_that_says_so(alice: User, log: Path) -> None:
    with Server(log) as server:
        answer = Browser(server, alice).post(reverse("cases"), {"text": "x" * (17 * 1024 * 1024)})

    assert answer.status == 413
    assert "<html" in answer.text


@pytest.mark.pdf
@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.soak)])
def test_many_pdfs_of_one_person_hold_nobody_up(alice: User, bob: User, log: Path, rounds: int) -> None:
    intake = intake_actions.start_intake(alice, Team.objects.get(), "2026-117", date(2026, 3, 23), "nl")
    answers: list[Response] = []
    with Server(log) as server:
        browsers = [Browser(server, alice) for _request in range(12)]

        def have_made(browser: Browser) -> None:
            url = reverse("pdf", args=[intake.uuid])
            answers.extend(browser.post(url, {}) for _round in range(rounds))

        threads = [threading.Thread(target=have_made, args=[browser]) for browser in browsers]
        for thread in threads:
            thread.start()
        other = Browser(server, bob)
        assert {other.get(reverse("start")).status for _request in range(10)} == {200}
        assert other.post(reverse("sheet"), {"sheet": "nl"}).status == 200, "another person's turn comes"
        for thread in threads:
            thread.join()

    statuses = {answer.status for answer in answers}
    # One is made, two wait in each of the two workers, and the others are told at once.
    assert statuses == {200, 503}
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.headers["retry-after"] == "10"
    assert "Nog bezig met andere PDF’s" in refused.text
