"""The WSGI application under ASGI: a thread gets whole requests alone, and PDFs leave pages theirs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from questionnaire.documents.renderers.places import PLACE, PlaceState
from stalkcheck.serving.application import Application, _tidy, give_up_on_deaf_clients, who_asks
from stalkcheck.serving.bodies import Bodies, Limits
from stalkcheck.serving.responses import Response
from stalkcheck.serving.turns import Rules

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
ONE = Rules(places=1, places_each=1, waiting=1, waiting_each=1, patience=600)
TWO = Rules(places=2, places_each=1, waiting=9, waiting_each=9, patience=600)


def scope(path: bytes = b"/", *headers: tuple[bytes, bytes], method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "http_version": "1.1",
        "scheme": "http",
        "raw_path": path,
        "query_string": b"q=%C3%A9",
        "headers": [(b"host", b"localhost"), *headers],
        "server": ("127.0.0.1", "8000"),
        "client": ("10.0.0.1", "5000"),
    }


class Client:
    """One request: what the client sends, and what it is answered."""

    def __init__(self, *parts: bytes, then: str = "waits") -> None:
        self.sent: list[dict[str, Any]] = []
        last = len(parts) - 1
        self._messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": part, "more_body": then == "stops" or number < last}
            for number, part in enumerate(parts)
        ]
        self.is_gone = asyncio.Event()
        if then == "goes":
            self._messages[-1]["more_body"] = True
            self.is_gone.set()

    async def receive(self) -> dict[str, Any]:
        if self._messages:
            return self._messages.pop(0)
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return bytes(self.sent[1]["body"]).decode()


def echo(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
    start("200 OK", [("X-Length", environ["CONTENT_LENGTH"])])
    yield environ["wsgi.input"].read()
    yield b"|" + environ["PATH_INFO"].encode()


def post(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return scope(b"/", *headers, method="POST")


PDF_PATH = reverse("sheet").encode()
CHUNKED = (b"transfer-encoding", b"chunked")


def ask(wsgi: Wsgi, request: dict[str, Any], *parts: bytes, then: str = "waits", **options: Any) -> Client:
    async def run() -> Client:
        client = Client(*parts, then=then)
        await Application(wsgi, **options)(request, client.receive, client.send)
        return client

    return asyncio.run(run())


def refuse_to_run(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
    raise AssertionError("a thread was taken")


@pytest.mark.parametrize("header", [(b"content-length", b"6"), CHUNKED])
def test_a_body_arrives_whole_with_its_length(header: tuple[bytes, bytes]) -> None:
    client = ask(echo, post(header), b"abc", b"def")

    assert (client.status, client.text) == (200, "abcdef|/")
    assert (b"x-length", b"6") in client.sent[0]["headers"]


@pytest.mark.parametrize("header", [(b"content-length", b"1000"), CHUNKED])
def test_a_body_that_breaks_off_reaches_no_thread(header: tuple[bytes, bytes]) -> None:
    # Who sent what is no chunk is still there to read this.
    assert ask(refuse_to_run, post(header), b"7 bytes", then="goes").sent[0]["status"] == 400


@pytest.mark.parametrize("header", [(b"content-length", b"1000"), CHUNKED])
def test_a_body_that_stops_is_answered_without_a_thread(header: tuple[bytes, bytes]) -> None:
    slow = Bodies(Limits(first=600, rate=1, longest=0))

    client = ask(refuse_to_run, post(header), b"7 bytes", then="stops", bodies=slow)

    assert client.status == 408
    assert (b"connection", b"close") in client.sent[0]["headers"]
    assert (b"cache-control", b"no-store") in client.sent[0]["headers"]


def test_the_environ_is_that_of_wsgi() -> None:
    seen: dict[str, Any] = {}

    def wsgi(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(environ)
        start("204 No Content", [])
        return []

    headers = [(b"x-d", b"1"), (b"x-d", b"2"), (b"cookie", b"a=b"), (b"cookie", b"c=\xe9")]
    client = ask(
        wsgi, scope(b"/%ff%2f%c3%a9", *headers, (b"x_forwarded_for", b"me"), (b"content-type", b"t"))
    )

    assert client.status == 204
    assert seen["PATH_INFO"] == "/\xff/\xc3\xa9"
    assert (seen["QUERY_STRING"], seen["REMOTE_ADDR"]) == ("q=%C3%A9", "10.0.0.1")
    assert (seen["HTTP_X_D"], seen["HTTP_COOKIE"], seen["CONTENT_TYPE"]) == ("1,2", "a=b; c=\xe9", "t")
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert "HTTP_X_FORWARDED_FOR" not in seen, "a name with an underscore is not that with a hyphen"


def test_an_error_outside_django_is_a_response_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    client = ask(refuse_to_run, scope())

    assert client.status == 500
    assert "AssertionError" in caplog.text
    assert "a thread was taken" not in caplog.text


class Pdfs:
    """A WSGI application of PDFs, which wait until the test lets them, and pages."""

    def __init__(self) -> None:
        self.states: list[PlaceState] = []
        self.rooms: list[bool] = []
        self.may_end = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        place = environ[PLACE]
        start("200 OK", [])
        if environ["PATH_INFO"] == "/page":
            return [b"page"]
        self.states.append(place.state)
        if place.state == PlaceState.NOT_ASKED:
            place.wanted_by = int(environ["QUERY_STRING"])
            self.rooms.append(place.has_room(place.wanted_by))
            return [b"never sent"]
        if place.state == PlaceState.GRANTED:
            assert self.may_end.wait(600)
        return [place.state.encode(), environ["wsgi.input"].read()]


def test_who_waits_for_a_pdf_takes_no_thread() -> None:
    async def run() -> None:
        wsgi = Pdfs()
        application = Application(wsgi, pages=TWO, pdfs=ONE)

        def begin(request: dict[str, Any], *parts: bytes, then: str = "waits") -> tuple[Client, Any]:
            client = Client(*parts, then=then)
            return client, asyncio.ensure_future(application(request, client.receive, client.send))

        def pdf(who: int) -> dict[str, Any]:
            return {**post((b"content-length", b"1")), "query_string": str(who).encode()}

        (first, one), (second, two) = begin(pdf(1), b"1"), begin(pdf(2), b"2")
        while wsgi.states.count(PlaceState.GRANTED) < 1 or len(wsgi.states) < 3:
            await asyncio.sleep(0.001)
        refused, three = begin(pdf(3), b"3")
        await three  # the queue is full, and its answer needs no place
        for _page in range(5):
            page, four = begin(scope(b"/page"))
            await four
            assert page.text == "page"
        wsgi.may_end.set()
        await asyncio.gather(one, two)

        assert (first.text, second.text, refused.text) == ("granted1", "granted2", "refused3")

    asyncio.run(run())


def test_a_request_knows_before_it_asks_whether_its_person_may_wait() -> None:
    async def run() -> None:
        wsgi = Pdfs()
        application = Application(wsgi, pages=TWO, pdfs=ONE)
        requests = [{**scope(), "query_string": b"1"} for _request in range(2)]
        clients = [Client(b""), Client(b"")]
        pdfs = [
            asyncio.ensure_future(application(request, client.receive, client.send))
            for request, client in zip(requests, clients, strict=True)
        ]
        while application._pdfs.has_room(1) or wsgi.states.count(PlaceState.GRANTED) < 1:
            await asyncio.sleep(0.001)
        third, other = Client(b""), Client(b"")
        await application({**scope(), "query_string": b"1"}, third.receive, third.send)
        await application({**scope(), "query_string": b"2"}, other.receive, other.send)
        wsgi.may_end.set()
        await asyncio.gather(*pdfs)

        assert wsgi.rooms == [True, True, False, True], "one of this person has the place, one waits"

    asyncio.run(run())


def test_those_who_ask_for_a_pdf_at_once_leave_a_thread_to_pages() -> None:
    async def run() -> None:
        may_end, asking = threading.Event(), []

        def wsgi(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            start("200 OK", [])
            if environ["PATH_INFO"] != "/page":
                asking.append(environ["REMOTE_ADDR"])
                assert may_end.wait(600)
            return [b"answer"]

        application = Application(wsgi, pages=TWO, pdfs=ONE)
        clients = [Client(b"") for _person in range(3)]
        asked = [
            asyncio.ensure_future(
                application(
                    {**scope(PDF_PATH, method="POST"), "client": (f"10.0.0.{number}", "1")},
                    client.receive,
                    client.send,
                )
            )
            for number, client in enumerate(clients)
        ]
        while not asking:
            await asyncio.sleep(0.001)
        page = Client(b"")
        await asyncio.wait_for(application(scope(b"/page"), page.receive, page.send), 60)
        assert (page.text, len(asking)) == ("answer", 1)
        may_end.set()
        await asyncio.gather(*asked)

        assert sorted(asking) == ["10.0.0.0", "10.0.0.1", "10.0.0.2"]

    asyncio.run(run())


class Later(Pdfs):
    """Pages that leave something for later, beside PDFs."""

    def __init__(self, status: str = "200 OK") -> None:
        super().__init__()
        self.status = status
        self.done: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/later"):
            return super().__call__(environ, start)
        environ[PLACE].later = lambda: self.done.append(environ["PATH_INFO"])
        start(self.status, [])
        return [b"page"]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is left for later be done a moment after the response."""
    monkeypatch.setattr("stalkcheck.serving.application._LOOK_SECONDS", 0.001)


@pytest.mark.usefixtures("soon")
def test_what_can_wait_is_done_after_the_response_and_one_thing_at_a_time() -> None:
    async def run() -> None:
        wsgi = Later()
        application = Application(wsgi, pages=TWO, pdfs=ONE)
        for path in (b"/later/1", b"/later/2"):
            client = Client(b"")
            await application(scope(path), client.receive, client.send)
            assert (client.text, wsgi.done) == ("page", [])
        assert application._making
        await application._making

        assert wsgi.done == ["/later/1"]

    asyncio.run(run())


@pytest.mark.usefixtures("soon")
def test_what_can_wait_is_left_while_anyone_wants_a_pdf() -> None:
    async def run() -> None:
        wsgi = Later()
        application = Application(wsgi, pages=TWO, pdfs=ONE)
        pdf, page = Client(b""), Client(b"")
        wanted = asyncio.ensure_future(application({**scope(), "query_string": b"1"}, pdf.receive, pdf.send))
        while wsgi.states.count(PlaceState.GRANTED) < 1:
            await asyncio.sleep(0.001)
        await application(scope(b"/later"), page.receive, page.send)
        assert application._making
        await application._making
        wsgi.may_end.set()
        await wanted

        assert wsgi.done == []

    asyncio.run(run())


@pytest.mark.usefixtures("soon")
def test_for_a_response_that_was_refused_nothing_is_done_later() -> None:
    async def run() -> None:
        wsgi = Later("403 Forbidden")
        application = Application(wsgi, pages=TWO, pdfs=ONE)
        client = Client(b"")
        await application(scope(b"/later"), client.receive, client.send)

        assert (client.status, application._making) == (403, None)

    asyncio.run(run())


def test_what_lies_too_long_is_tidied_away(monkeypatch: pytest.MonkeyPatch) -> None:
    tidied: list[bool] = []

    class Shelf:
        def tidy(self) -> None:
            tidied.append(True)

    for shelf in (None, Shelf()):
        monkeypatch.setattr("questionnaire.documents.renderers.made_ahead._shelf", shelf)
        _tidy()

    assert tidied == [True]


def test_who_goes_away_gives_up_the_turn() -> None:
    async def run() -> None:
        wsgi = Pdfs()
        application = Application(wsgi, pages=TWO, pdfs=ONE)
        request = {**scope(), "query_string": b"1"}
        clients = [Client(b""), Client(b"")]
        answers = [asyncio.ensure_future(application(request, each.receive, each.send)) for each in clients]
        while len(wsgi.states) < 3:
            await asyncio.sleep(0.001)

        clients[1].is_gone.set()
        await answers[1]
        wsgi.may_end.set()
        await answers[0]

        assert wsgi.states.count(PlaceState.GRANTED) == 1
        assert (clients[0].text, clients[1].sent) == ("granted", [])

    asyncio.run(run())


@pytest.mark.parametrize(
    ("headers", "proxies", "expected"),
    [
        ([], 0, "10.0.0.1"),
        ([(b"cookie", b"__Host-csrf=x; __Host-session=s1")], 0, "__Host-session=s1"),
        ([(b"cookie", b"__Host-session=")], 0, "10.0.0.1"),
        # As Django reads them: what is put before or beside the session makes nobody someone else.
        ([(b"cookie", b"__Host-session=junk; __Host-session=s1")], 0, "__Host-session=s1"),
        ([(b"cookie", b"a=b;__Host-session=s1")], 0, "__Host-session=s1"),
        ([(b"cookie", b'__Host-session="s1"')], 0, "__Host-session=s1"),
        ([(b"cookie", b"__Host-session=s1"), (b"cookie", b"a=b")], 0, "__Host-session=s1"),
        ([(b"x-forwarded-for", b"1.1.1.1, 2.2.2.2")], 0, "10.0.0.1"),
        ([(b"x-forwarded-for", b"1.1.1.1, 2.2.2.2")], 1, "2.2.2.2"),
        ([], 1, "10.0.0.1"),
    ],
)
def test_turns_are_those_of_a_session_or_an_address(
    settings: Any, headers: list[tuple[bytes, bytes]], proxies: int, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    assert who_asks(scope(b"/", *headers)) == expected


def test_one_person_has_the_turns_of_one_in_many_sessions() -> None:
    async def run() -> None:
        may_end, begun = threading.Event(), []

        def wsgi(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            environ[PLACE].asked_by = 1 if "session=of-one" in environ["HTTP_COOKIE"] else 2
            start("200 OK", [])
            begun.append(environ["HTTP_COOKIE"])
            if environ["PATH_INFO"] == "/long":
                assert may_end.wait(600)
            return []

        application = Application(wsgi, pages=TWO, pdfs=ONE)

        def begin(session: str, path: bytes = b"/") -> Any:
            client = Client(b"")
            request = scope(path, (b"cookie", f"__Host-session={session}".encode()))
            return asyncio.ensure_future(application(request, client.receive, client.send))

        for session in ("of-one-1", "of-one-2", "of-one-3"):
            await begin(session)
        long = [begin(session, b"/long") for session in ("of-one-1", "of-one-2", "of-one-3")]
        await asyncio.wait_for(begin("of-another"), 60)  # a thread is left
        assert len(begun) == 3 + 1 + 1
        may_end.set()
        await asyncio.gather(*long)

    asyncio.run(run())


def test_a_process_remembers_so_many_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stalkcheck.serving.application._SESSIONS", 2)
    application = Application(echo)

    for session in ("a", "b", "a", "c"):
        application._remember(session, 1)

    assert list(application._people) == ["a", "c"]


def test_a_response_starts_as_wsgi_says() -> None:
    response = Response()

    response.start("404 Not Found", [("A", "b")])(b"")

    assert (response.status, response.headers) == (404, [("A", "b")])


def test_the_kernel_gives_up_clients_that_take_nothing() -> None:
    opened = len(list(Path("/proc/self/fd").iterdir()))
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as other:
        give_up_on_deaf_clients()

        timeout = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        with socket.create_connection(listening.getsockname()):
            accepted, _address = listening.accept()
            with accepted:
                assert accepted.getsockopt(*timeout) == 60_000
        assert other.getsockopt(*timeout) == 0
    assert len(list(Path("/proc/self/fd").iterdir())) == opened
