"""kill -9 of the server, its workers and the PDF processes, at random moments: nothing acknowledged is lost.

Meanwhile three people work: one types and adds incidents, one hands in what another signs off, and one has
PDFs made. After each request without a response, what is stored is either as it was before or as it was sent,
and never a part of it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

import pytest
from django.db import connection
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.documents.renderers import copy_mark
from questionnaire.domain.workflow import State
from questionnaire.models import Document, Event, Intake, SignOff, Team, User
from questionnaire.tests.served import NO_RESPONSE, Browser, Response, Server, kill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pdf]

#: What is killed, in turn: a worker when no PDF process runs.
VICTIMS: Final = ("worker", "PDF process") * 2 + ("server",) + ("PDF process", "worker", "PDF process")
#: What adds one to the revision of an intake.
CHANGES: Final = ("intake.changed", "incident.added", "intake.submitted", "intake.signed_off")
#: How many edits and incidents one intake gets before the next is started.
_EDITS_PER_INTAKE: Final = 40
#: A text of several pages of the database, so that a partial write would show.
_LONG: Final = "Ik hoor hem elke nacht. " * 400


@dataclass
class Tally:
    """What happened, counted by the threads of the people at work."""

    stop: threading.Event = field(default_factory=threading.Event)
    answered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    acknowledged: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    failed: list[BaseException] = field(default_factory=list)

    def send(
        self, request: Callable[[], Response], check: Callable[[], None] | None = None
    ) -> Response | None:
        """Return the response, or None when there was none; then `check` what is stored.

        Raise Stopped when the work is over.
        """
        try:
            response = request()
        except NO_RESPONSE:
            self.unanswered += 1
            if check:
                check()
            if self.stop.is_set():
                raise Stopped from None
            time.sleep(0.02)
            return None
        self.statuses[response.status] += 1
        self.answered.release()
        return response

    def retry(self, request: Callable[[], Response], check: Callable[[], None] | None = None) -> Response:
        """Send the same request until there is a response."""
        while (response := self.send(request, check)) is None:
            pass
        return response


class Stopped(Exception):  # noqa: N818
    """The work was stopped in the middle of a request."""


def start_intake(user: User) -> Intake:
    return intake_actions.start_intake(user, Team.objects.get(), "2026-117", date(2026, 3, 23), "nl")


def keep_typing(server: Server, user: User, tally: Tally) -> None:
    while not tally.stop.is_set():
        type_into(start_intake(user), Browser(server, user), tally)


def type_into(intake: Intake, browser: Browser, tally: Tally) -> None:
    """Edit one text, saving each edit by autosave, and add an incident after every fifth."""
    url = reverse("section", args=[intake.uuid, "fear"])
    page = tally.retry(partial(browser.get, url)).controls
    before, logged = "", 0
    for number in range(1, _EDITS_PER_INTAKE):
        words = f"{number} {_LONG}{number}"
        sent = {**dict(page.lists()), "fear_own_words": words, "page": f"p{intake.uuid.hex}.{number}"}
        send = partial(browser.post, url, sent, "application/json")
        response = tally.retry(send, partial(assert_stored, intake, before, words))
        assert response.status == 200, response.text
        assert_stored(intake, words)
        tally.acknowledged["edits"] += 1
        for name, digest in response.json["base"].items():
            page[name] = digest
        before = words
        if number % 5 == 0:
            add_incident(intake, browser, tally, words)
            logged += 1
        if tally.stop.is_set():
            break
    assert intake.incidents.count() == logged


def assert_stored(intake: Intake, *texts: str) -> None:
    content = Intake.objects.get(pk=intake.pk).content
    assert content["answers"].get("fear_own_words", "") in texts
    assert content["drafts"] == {}


def add_incident(intake: Intake, browser: Browser, tally: Tally, what: str) -> None:
    url = reverse("incidents", args=[intake.uuid])
    page = tally.retry(partial(browser.get, url)).controls
    posted = {**dict(page.lists()), "date": "20-03-2026", "place": "home", "what": what}
    assert tally.retry(partial(browser.post, url, posted)).status == 302
    assert [row.content["what"] for row in intake.incidents.all()].count(what) == 1
    tally.acknowledged["incidents"] += 1


def hand_in_and_sign(server: Server, user: User, reviewer: User, tally: Tally) -> None:
    while not tally.stop.is_set():
        intake = start_intake(user)
        hand_in(intake, Browser(server, user), tally)
        sign_off(intake, Browser(server, reviewer), tally)


def hand_in(intake: Intake, browser: Browser, tally: Tally) -> None:
    send = partial(browser.post, reverse("submit", args=[intake.uuid]), {})
    response = tally.retry(send, partial(assert_state, intake, State.CONCEPT, State.SUBMITTED))
    # 409 when an earlier request handed it in, and its response was lost.
    assert response.status in (302, 409), response.text
    assert_state(intake, State.SUBMITTED)
    tally.acknowledged["handed in"] += 1


def sign_off(intake: Intake, browser: Browser, tally: Tally) -> None:
    while Intake.objects.get(pk=intake.pk).state != State.SIGNED_OFF:
        page = tally.retry(partial(browser.get, reverse("review", args=[intake.uuid]))).controls
        data = {
            "key": page["key"],
            "revision": page["revision"],
            "shown": page["shown"],
            "text": "",
            "_confirmed": "1",
        }
        send = partial(browser.post, reverse("sign_off", args=[intake.uuid]), data)
        response = tally.send(send, partial(assert_state, intake, State.SUBMITTED, State.SIGNED_OFF))
        # 503 when the PDF process was killed.
        assert response is None or response.status in (302, 503), response.text
        if response and response.status == 302:
            assert_state(intake, State.SIGNED_OFF)
            tally.acknowledged["signed off"] += 1


def assert_state(intake: Intake, *states: State) -> None:
    """Assert that the intake has one of these states: signed off with one PDF, or another without any."""
    assert (state := Intake.objects.get(pk=intake.pk).state) in states
    signed = SignOff.objects.filter(intake=intake)
    assert [row.document.intake for row in signed] == ([intake] if state == State.SIGNED_OFF else [])
    assert Document.objects.filter(intake=intake).count() == len(signed)


def have_pdfs_made(server: Server, user: User, tally: Tally) -> None:
    browser, intake = Browser(server, user), start_intake(user)
    url = reverse("pdf", args=[intake.uuid])
    while not tally.stop.is_set():
        response = tally.send(partial(browser.post, url, {}))
        assert response is None or response.status in (200, 503), response.text
        if response and response.status == 200:
            made = copy_mark.without_mark(response.content)
            (document,) = Document.objects.filter(intake=intake, sha256=hashlib.sha256(made).hexdigest())
            assert bytes(document.pdf) == made != response.content
            tally.acknowledged["PDFs"] += 1


@contextmanager
def at_work(server: Server, alice: User, bob: User, rachel: User, tally: Tally) -> Iterator[None]:
    def run(work: Callable[..., None], *people: User) -> None:
        try:
            work(server, *people, tally)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001  (raised again in the test, not in this thread)
            tally.failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[keep_typing, alice]),
        threading.Thread(target=run, args=[hand_in_and_sign, bob, rachel]),
        threading.Thread(target=run, args=[have_pdfs_made, alice]),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        tally.stop.set()
        for thread in threads:
            thread.join()


@dataclass
class Killer:
    """Kill one process at a time, and restart the server when it has stopped."""

    server: Server
    random: Random
    killed: Counter[str] = field(default_factory=Counter)
    #: Seconds and processor seconds of each restart.
    restarts: list[tuple[float, float]] = field(default_factory=list)

    def kill_one(self, tally: Tally) -> None:
        """Wait for some responses and a moment more, and kill the next victim."""
        for _response in range(self.random.randrange(1, 4)):
            assert tally.answered.acquire(timeout=600), "nothing is answered"
        time.sleep(self.random.uniform(0, 0.1))
        victim = VICTIMS[self.killed.total() % len(VICTIMS)]
        pdf_workers = self.server.pdf_workers() if victim == "PDF process" else []
        if victim == "server":
            self.server.kill()
            self.killed[victim] += 1
        elif pdf_workers:
            self.killed[victim] += kill(self.random.choice(pdf_workers))
        elif workers := self.server.workers():
            # The oldest: the server gives up when one dies that it has just started.
            self.killed["worker"] += kill(workers[0])
        if not self.server.is_up:
            self.restarts.append((self.server.start(), self.server.processor_seconds()))
        while tally.answered.acquire(blocking=False):
            pass


def test_a_kill_loses_nothing_that_was_acknowledged(
    alice: User, bob: User, rachel: User, tmp_path: Path
) -> None:
    kill_while_at_work(alice, bob, rachel, tmp_path, 5, 0)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(1, 11))
def test_a_thousand_kills_lose_nothing_that_was_acknowledged(
    alice: User, bob: User, rachel: User, tmp_path: Path, block: int
) -> None:
    kill_while_at_work(alice, bob, rachel, tmp_path, 100, block)


def kill_while_at_work(alice: User, bob: User, rachel: User, folder: Path, kills: int, seed: int) -> None:
    tally = Tally()
    with Server(folder / "log") as server:
        first_start = server.processor_seconds()
        killer = Killer(server, Random(seed))  # noqa: S311  (the same choices in every run)
        with at_work(server, alice, bob, rachel, tally):
            while killer.killed.total() < kills and not tally.failed:
                killer.kill_one(tally)
    times = [sorted(column) for column in zip(*killer.restarts, strict=True)]
    print(killer.killed, tally, *(f"{column[0]} {median(column)} {column[-1]}" for column in times))  # noqa: T201

    assert tally.failed == []
    assert set(tally.statuses) <= {200, 302, 409, 503}
    assert tally.acknowledged["edits"] > 0
    assert tally.unanswered > 0
    assert max(processor_seconds for _seconds, processor_seconds in killer.restarts) < 3 * first_start, (
        "a restart repairs nothing"
    )
    assert audit_log.verify().first_broken is None
    for intake in Intake.objects.iterator():
        codes = Event.objects.filter(intake=intake.uuid, code__in=CHANGES)
        # The saves of one page within a minute are one event.
        assert codes.count() <= intake.revision, "a change and its event are stored together"
        if intake.revision:
            assert codes.latest("seq").at > intake.changed_at - timedelta(minutes=1), "a change has its event"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
