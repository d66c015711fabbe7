"""Time another person's page while clients are slow or PDFs are made, against it alone, in one run.

Goal: the 99th percentile at most 2 times. 64 sockets trickle the head or the body of a request, or read a
response of 800 kB slowly; or one person asks for the PDF of a megabyte of text, six at a time. The program is
served as by `bin/serve`, without a proxy and, where nginx is installed, behind it. Rounds with and without
take turns, so that a busy machine slows both. And the page to sign in, while ten people each have a full
summary made: at most 1.5 times.

Usage: python bench/slow.py [part of the name of a load]
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
from questionnaire.tests.served import HOST, Browser, Server

ROUNDS, REQUESTS, SOCKETS, PDFS = 4, 75, 64, 6
PEOPLE: Final = 10
FULL: Final = "ex_partner_with_breach"
GOAL: Final = 2
GOAL_OF_SIGN_IN: Final = 1.5
_LONG: Final = ("Hij stond weer voor mijn deur en bleef daar een half uur staan kijken. " * 300)[:20_000]
_NGINX: Final = """
daemon off; pid {folder}/nginx.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_max_body_size 16m;
  server {{ listen {host}:{port}; location / {{ proxy_pass http://{host}:{behind}; }} }}
}}
"""
Load = Callable[[], AbstractContextManager[object]]


def main() -> int:
    """Print a line for each load, with and without a proxy; return 1 when a goal is missed."""
    _client, alice, team = scratch.signed_in()
    intake = large_intake(alice, team)
    bob = scratch.account("bob", team)
    people = [scratch.account(f"person{number}", team) for number in range(PEOPLE)]
    ten = {person: reverse("pdf", args=[full_summary(person, team).uuid]) for person in people}
    folder = Path(scratch.FOLDER.name)
    missed, wanted = False, sys.argv[1] if len(sys.argv) > 1 else ""
    with Server(folder / "log") as server, behind_nginx(server, folder) as proxied:
        for name, front in (("without a proxy", server), ("behind nginx", proxied)):
            if front is None:
                print("behind nginx: NOT RUN, it is not installed")
                continue
            for load, make in loads(front, alice, intake).items():
                if wanted in load:
                    browser, path = Browser(front, bob), reverse("start")
                    missed |= compare(f"{load}, {name}", browser, path, make) > GOAL
            if wanted in "10 PDFs of ten people":
                pages = {Browser(front, person): path for person, path in ten.items()}
                browser, path = Browser(front), reverse("account_login")
                ratio = compare(f"10 PDFs of ten people, {name}", browser, path, partial(ten_pdfs, pages))
                missed |= ratio > GOAL_OF_SIGN_IN
    return int(missed)


def loads(server: Server, alice: User, intake: Intake) -> dict[str, Load]:
    session = session_of(alice)
    summary = f"GET {reverse('summary', args=[intake.uuid])} HTTP/1.1\r\nHost: localhost\r\n"
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n"
    form = "POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n7 bytes"
    return {
        "64 slow heads": lambda: trickling(server, "GET /account/login/ HTTP/1.1\r\nX-Head: "),
        "64 slow bodies": lambda: trickling(server, form),
        "64 slow readers": lambda: reading(server, summary + cookie),
        "6 PDFs of one person": lambda: making_pdfs(server, alice, intake),
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
def trickling(server: Server, beginning: str) -> Iterator[None]:
    """Send the beginning over each socket, then a byte a second; what the server closes is opened again."""
    stop = threading.Event()

    def trickle() -> None:
        clients = [opened(server, beginning) for _client in range(SOCKETS)]
        while not stop.wait(1):
            for number, client in enumerate(clients):
                try:
                    client.send(b"x")
                except OSError:
                    client.close()
                    clients[number] = opened(server, beginning)
        for client in clients:
            client.close()

    with in_thread(trickle, stop):
        yield


def opened(server: Server, beginning: str) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((HOST, server.port))
    client.sendall(beginning.encode())
    return client


@contextmanager
def reading(server: Server, request: str) -> Iterator[None]:
    """Ask over each socket for a long page, wait for its first bytes, and then read ten bytes a second."""
    stop = threading.Event()
    with ExitStack() as stack:
        clients = [stack.enter_context(opened(server, request)) for _client in range(SOCKETS)]
        for client in clients:
            assert client.recv(10).startswith(b"HTTP/1.1 2")

        def read() -> None:
            while not stop.wait(1):
                for client in clients:
                    client.recv(10)

        with in_thread(read, stop):
            yield


@contextmanager
def making_pdfs(server: Server, alice: User, intake: Intake) -> Iterator[None]:
    """Ask for the PDF of a long intake, six at a time, again and again."""
    stop = threading.Event()
    statuses: Counter[int] = Counter()
    browser = Browser(server, alice)

    def make() -> None:
        while not stop.is_set():
            status = browser.post(reverse("pdf", args=[intake.uuid]), {}).status
            statuses[status] += 1
            if status == 503:  # as long as the page says
                stop.wait(10)

    with ExitStack() as stack:
        for _pdf in range(PDFS):
            stack.enter_context(in_thread(make, stop))
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


@contextmanager
def behind_nginx(server: Server, folder: Path) -> Iterator[Server | None]:
    """Start nginx in front of the server; None when it is not installed."""
    if (nginx := shutil.which("nginx")) is None:
        yield None
        return
    front = Server(folder / "nginx.log")
    text = _NGINX.format(folder=folder, host=HOST, port=front.port, behind=server.port)
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen([nginx, "-c", f"{folder}/nginx.conf", "-p", folder])  # noqa: S603
    try:
        time.sleep(1)
        yield front
    finally:
        process.terminate()
        process.wait()


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
