"""Time another person's page while clients are slow or PDFs are made, against it alone, in one run.

Goal: the 99th percentile at most 2 times. 64 sockets trickle the head or the body of a request, read a
response of 800 kB slowly or not at all, or have a PDF made and read nothing of it; or the PDF of a megabyte
of text is asked for, six at a time, by one person or by six. The program is served as by `bin/serve`, without
a proxy and, where these are installed, behind nginx and Caddy with the files of deploy/. Rounds with and
without take turns, so that a busy machine slows both. And the page to sign in, while ten people each have a
full summary made: at most 1.5 times.

Usage: python bench/slow.py [part of the name of a load [part of the name of what stands in front]]
"""

from __future__ import annotations

import shutil
import socket
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import scratch

# isort: split
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire import demo
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import ITEMS
from questionnaire.management.commands.demo import add
from questionnaire.models import Intake, Team, User
from questionnaire.tests.deploy.proxies import BEHIND_PROXY, NAME, ProxiedBrowser, Proxy
from questionnaire.tests.served import HOST, Browser, Server

ROUNDS, REQUESTS, SOCKETS, PDFS = 4, 75, 64, 6
PEOPLE: Final = 10
CSRF: Final = "c" * 32
FULL: Final = "ex_partner_with_breach"
GOAL: Final = 2
GOAL_OF_SIGN_IN: Final = 1.5
_LONG: Final = ("Hij stond weer voor mijn deur en bleef daar een half uur staan kijken. " * 300)[:20_000]
Load = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Front:
    """Where people and slow clients reach the server."""

    name: str
    server: Server
    proxy: Proxy | None = None

    @property
    def host(self) -> str:
        return NAME if self.proxy else "localhost"

    def browser(self, user: User | None = None) -> Browser:
        session = session_of(user) if user else ""
        if self.proxy:
            return ProxiedBrowser(self.proxy, self.server, session)
        return Browser(self.server, session=session)

    def opened(self, beginning: str) -> socket.socket:
        """Return a socket with little room for what it receives, that sent this."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((HOST, self.proxy.https if self.proxy else self.server.port))
        if self.proxy:
            client = self.proxy.encrypted(client)
        client.sendall(beginning.encode())
        return client


def main() -> int:
    """Print a line for each load, with and without a proxy; return 1 when a goal is missed."""
    _client, alice, team = scratch.signed_in()
    bob = scratch.account("bob", team)
    people = [scratch.account(f"person{number}", team) for number in range(PEOPLE)]
    large = {person: large_intake(person, team) for person in [alice, *people[: PDFS - 1]]}
    ten = {person: reverse("pdf", args=[full_summary(person, team).uuid]) for person in people}
    wanted, wanted_front = (*sys.argv[1:], "", "")[:2]
    missed = False
    with ExitStack() as stack:
        for front in fronts(stack, Path(scratch.FOLDER.name)):
            if wanted_front not in front.name:
                continue
            for load, make in loads(front, large).items():
                if wanted in load:
                    browser, path = front.browser(bob), reverse("start")
                    missed |= compare(f"{load}, {front.name}", browser, path, make) > GOAL
            if wanted in "10 PDFs of ten people":
                pages = {front.browser(person): path for person, path in ten.items()}
                browser, path = front.browser(), reverse("account_login")
                ratio = compare(
                    f"10 PDFs of ten people, {front.name}", browser, path, partial(ten_pdfs, pages)
                )
                missed |= ratio > GOAL_OF_SIGN_IN
    return int(missed)


def fronts(stack: ExitStack, folder: Path) -> Iterator[Front]:
    """Yield the server itself, and another that knows of a proxy behind each of the two."""
    yield Front("without a proxy", stack.enter_context(Server(folder / "log")))
    behind = stack.enter_context(Server(folder / "behind", **BEHIND_PROXY))
    for program in ("nginx", "caddy"):
        if not shutil.which(program, path="/usr/sbin:/usr/bin"):
            print(f"behind {program}: NOT RUN, it is not installed")
            continue
        own = folder / program
        own.mkdir()
        proxy = stack.enter_context(Proxy(program, own, [behind.port, behind.port]))
        yield Front(f"behind {program}", behind, proxy)


def loads(front: Front, large: Mapping[User, Intake]) -> dict[str, Load]:
    alice, intake = next(iter(large.items()))
    host, cookie = f"Host: {front.host}\r\n", f"{settings.SESSION_COOKIE_NAME}={session_of(alice)}"
    summary = f"GET {reverse('summary', args=[intake.uuid])} HTTP/1.1\r\n{host}Cookie: {cookie}\r\n\r\n"
    form = f"csrfmiddlewaretoken={CSRF}"
    origin = f"https://{front.host}" if front.proxy else f"http://{front.host}"
    pdf = (
        f"POST {reverse('pdf', args=[intake.uuid])} HTTP/1.1\r\n{host}Origin: {origin}\r\n"
        f"Cookie: {cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}\r\nContent-Length: {len(form)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"
    )
    head = f"GET /account/login/ HTTP/1.1\r\n{host}X-Head: "
    body = f"POST /account/login/ HTTP/1.1\r\n{host}Content-Length: 1000\r\n\r\n7 bytes"
    return {
        "64 slow heads": lambda: trickling(front, head),
        "64 slow bodies": lambda: trickling(front, body),
        "64 slow readers": lambda: reading(front, summary),
        "64 that read nothing": lambda: reading(front, summary, a_second=0),
        "64 that read no PDF": lambda: asking(front, pdf),
        "6 PDFs of one person": lambda: making_pdfs(front, {alice: intake}, PDFS),
        "6 PDFs of six people": lambda: making_pdfs(front, large, 1),
    }


def compare(name: str, browser: Browser, path: str, load: Load) -> float:
    """Print the percentiles alone and under load, and return how many times as long it takes."""
    alone: list[float] = []
    during: list[float] = []
    for _round in range(ROUNDS):
        alone += [seconds(browser, path) for _request in range(REQUESTS)]
        with load():
            during += [seconds(browser, path) for _request in range(REQUESTS)]
    before, after = (statistics.quantiles(times, n=100)[98] * 1000 for times in (alone, during))
    medians = [statistics.median(times) * 1000 for times in (alone, during)]
    print(
        f"{name}: p99 alone {before:.0f} ms, under load {after:.0f} ms: x {after / before:.2f}; "
        f"medians {medians[0]:.0f} and {medians[1]:.0f} ms",
        flush=True,
    )
    return after / before


def seconds(browser: Browser, path: str) -> float:
    response = browser.get(path)
    assert response.status == 200
    return response.seconds


@contextmanager
def trickling(front: Front, beginning: str) -> Iterator[None]:
    """Send the beginning over each socket, then a byte a second; what the server closes is opened again."""
    stop = threading.Event()

    def trickle() -> None:
        clients = [front.opened(beginning) for _client in range(SOCKETS)]
        while not stop.wait(1):
            for number, client in enumerate(clients):
                try:
                    client.send(b"x")
                except OSError:
                    client.close()
                    clients[number] = front.opened(beginning)
        for client in clients:
            client.close()

    with in_thread(trickle, stop):
        yield


@contextmanager
def reading(front: Front, request: str, a_second: int = 10) -> Iterator[None]:
    """Ask over each socket for a long page, wait for its first bytes, then read so many bytes a second."""
    stop = threading.Event()
    with ExitStack() as stack:
        clients = [stack.enter_context(front.opened(request)) for _client in range(SOCKETS)]
        for client in clients:
            assert client.recv(10).startswith(b"HTTP/1.1 2")

        def read() -> None:
            while not stop.wait(1):
                for client in clients if a_second else ():
                    client.recv(a_second)

        with in_thread(read, stop):
            yield


@contextmanager
def asking(front: Front, request: str) -> Iterator[None]:
    """Ask over each socket for a PDF, and read nothing of what comes."""
    with ExitStack() as stack:
        for _client in range(SOCKETS):
            stack.enter_context(front.opened(request))
        yield


@contextmanager
def making_pdfs(front: Front, large: Mapping[User, Intake], each: int) -> Iterator[None]:
    """Have these people ask for the PDF of a long intake, so many at a time each, again and again."""
    stop = threading.Event()
    statuses: Counter[int] = Counter()

    def make(browser: Browser, intake: Intake) -> None:
        while not stop.is_set():
            status = browser.post(reverse("pdf", args=[intake.uuid]), {}).status
            statuses[status] += 1
            if status == 503:  # as long as the page says
                stop.wait(10)

    with ExitStack() as stack:
        for person, intake in large.items():
            for _pdf in range(each):
                stack.enter_context(in_thread(partial(make, front.browser(person), intake), stop))
        yield
    print(f"  PDFs by status: {dict(statuses)}")


@contextmanager
def ten_pdfs(pages: dict[Browser, str]) -> Iterator[None]:
    """Have each of ten people ask for the PDF of a full summary, again and again."""
    stop = threading.Event()
    statuses: Counter[int] = Counter()

    def make(browser: Browser, path: str) -> None:
        while not stop.is_set():
            statuses[browser.post(path, {}).status] += 1

    with ExitStack() as stack:
        for browser, path in pages.items():
            stack.enter_context(in_thread(partial(make, browser, path), stop))
        yield
    print(f"  PDFs by status: {dict(statuses)}")


@contextmanager
def in_thread(work: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def session_of(user: User) -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def full_summary(person: User, team: Team) -> Intake:
    """Return an intake with the answers of a demo, of which a full summary is made."""
    return add(person, team, demo.intake(FULL), demo.follow_up(FULL))


def large_intake(alice: User, team: Team) -> Intake:
    """Return an intake with a note of 20,000 characters beside each question, and answers of that length."""
    intake = intake_actions.start_intake(alice, team, "2026-117", date(2026, 3, 23), "nl")
    intake.content["notes"] = dict.fromkeys(ITEMS, _LONG)
    intake.content["running_note"] = _LONG
    for item in ITEMS.values():
        if item.kind == "text":
            intake.content["answers"][item.id] = _LONG
    intake.save()
    return intake


if __name__ == "__main__":
    sys.exit(main())
