"""kill -9 of the server, its workers and the makers of PDFs, at random moments: nothing acknowledged is lost.

Three people are at work all the while: one types and adds incidents, one hands in what another signs off, and
one has PDFs made. After each request that got no answer, what is stored is either as it was before or as it
was sent, and never a part of it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
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
from questionnaire.domain.workflow import State
from questionnaire.models import Document, Event, Intake, SignOff, Team, User
from questionnaire.tests.served import GONE, Answer, Browser, Server, kill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pdf]

#: What is killed, in turn. A maker of PDFs is not always there; then it is a worker.
VICTIMS: Final = ("worker", "maker of PDFs") * 2 + ("server",) + ("maker of PDFs", "worker", "maker of PDFs")
#: What adds one to the revision of an intake.
CHANGES: Final = ("intake.changed", "incident.added", "intake.submitted", "intake.signed_off")
#: How many edits and incidents go into one intake before the next is begun.
_IN_ONE: Final = 40
#: A text of several pages of the database, of which half would show.
_LONG: Final = "Ik hoor hem elke nacht. " * 400


@dataclass
class Tally:
    """What was seen; the threads of the people at work write it."""

    stop: threading.Event = field(default_factory=threading.Event)
    answered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    acknowledged: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    failed: list[BaseException] = field(default_factory=list)

    def sent(self, send: Callable[[], Answer], check: Callable[[], None] | None = None) -> Answer | None:
        """Return the response, or None when there was none and what is stored was compared with what may be.

        Raises Stopped.
        """
        try:
            answer = send()
        except GONE:
            self.unanswered += 1
            if check:
                check()
            if self.stop.is_set():
                raise Stopped from None
            time.sleep(0.02)
            return None
        self.statuses[answer.status] += 1
        self.answered.release()
        return answer

    def insist(self, send: Callable[[], Answer], check: Callable[[], None] | None = None) -> Answer:
        """Send the same request until there is a response."""
        while (answer := self.sent(send, check)) is None:
            pass
        return answer


class Stopped(Exception):  # noqa: N818
    """The work ends in the middle of a request."""


def started(user: User) -> Intake:
    return intake_actions.start_intake(user, Team.objects.get(), "2026-117", date(2026, 3, 23), "nl")


def type_on(server: Server, user: User, tally: Tally) -> None:
    while not tally.stop.is_set():
        type_in(started(user), Browser(server, user), tally)


def type_in(intake: Intake, browser: Browser, tally: Tally) -> None:
    """Edits of one text, each saved by itself, and an incident after some of them."""
    url = reverse("section", args=[intake.uuid, "fear"])
    page = tally.insist(partial(browser.get, url)).controls
    before, logged = "", 0
    for number in range(1, _IN_ONE):
        words = f"{number} {_LONG}{number}"
        sent = {**dict(page.lists()), "fear_own_words": words, "page": f"p{intake.uuid.hex}.{number}"}
        send = partial(browser.post, url, sent, "application/json")
        answer = tally.insist(send, partial(is_one_of, intake, before, words))
        assert answer.status == 200, answer.text
        is_one_of(intake, words)
        tally.acknowledged["edits"] += 1
        for name, digest in answer.json["base"].items():
            page[name] = digest
        before = words
        if number % 5 == 0:
            add_incident(intake, browser, tally, words)
            logged += 1
        if tally.stop.is_set():
            break
    assert intake.incidents.count() == logged


def is_one_of(intake: Intake, *stored: str) -> None:
    content = Intake.objects.get(pk=intake.pk).content
    assert content["answers"].get("fear_own_words", "") in stored
    assert content["drafts"] == {}


def add_incident(intake: Intake, browser: Browser, tally: Tally, what: str) -> None:
    url = reverse("incidents", args=[intake.uuid])
    page = tally.insist(partial(browser.get, url)).controls
    told = {**dict(page.lists()), "date": "20-03-2026", "place": "home", "what": what}
    assert tally.insist(partial(browser.post, url, told)).status == 302
    assert [row.content["what"] for row in intake.incidents.all()].count(what) == 1
    tally.acknowledged["incidents"] += 1


def hand_in_and_sign(server: Server, user: User, reviewer: User, tally: Tally) -> None:
    while not tally.stop.is_set():
        intake = started(user)
        hand_in(intake, Browser(server, user), tally)
        sign_off(intake, Browser(server, reviewer), tally)


def hand_in(intake: Intake, browser: Browser, tally: Tally) -> None:
    send = partial(browser.post, reverse("submit", args=[intake.uuid]), {})
    came = tally.insist(send, partial(is_in, intake, State.CONCEPT, State.SUBMITTED))
    # 409 when the request before handed it in, and its answer never came.
    assert came.status in (302, 409), came.text
    is_in(intake, State.SUBMITTED)
    tally.acknowledged["handed in"] += 1


def sign_off(intake: Intake, browser: Browser, tally: Tally) -> None:
    while Intake.objects.get(pk=intake.pk).state != State.SIGNED_OFF:
        page = tally.insist(partial(browser.get, reverse("review", args=[intake.uuid]))).controls
        data = {"key": page["key"], "revision": page["revision"], "text": ""}
        send = partial(browser.post, reverse("sign_off", args=[intake.uuid]), data)
        came = tally.sent(send, partial(is_in, intake, State.SUBMITTED, State.SIGNED_OFF))
        # 503 when the maker of the PDF was killed.
        assert came is None or came.status in (302, 503), came.text
        if came and came.status == 302:
            is_in(intake, State.SIGNED_OFF)
            tally.acknowledged["signed off"] += 1


def is_in(intake: Intake, *states: State) -> None:
    """Check that the intake is in one of these states, whole: signed off with its one PDF, or without any."""
    assert (state := Intake.objects.get(pk=intake.pk).state) in states
    signed = SignOff.objects.filter(intake=intake)
    assert [row.document.intake for row in signed] == ([intake] if state == State.SIGNED_OFF else [])
    assert Document.objects.filter(intake=intake).count() == len(signed)


def have_pdfs_made(server: Server, user: User, tally: Tally) -> None:
    browser, intake = Browser(server, user), started(user)
    url = reverse("pdf", args=[intake.uuid])
    while not tally.stop.is_set():
        made = tally.sent(partial(browser.post, url, {}))
        assert made is None or made.status in (200, 503), made.text
        if made and made.status == 200:
            sha256 = hashlib.sha256(made.content).hexdigest()
            (kept,) = Document.objects.filter(intake=intake, sha256=sha256)
            assert bytes(kept.pdf) == made.content
            tally.acknowledged["PDFs"] += 1


@contextmanager
def at_work(server: Server, alice: User, bob: User, rachel: User, tally: Tally) -> Iterator[None]:
    def work(what: Callable[..., None], *people: User) -> None:
        try:
            what(server, *people, tally)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001  (raised again in the test, not in this thread)
            tally.failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=[type_on, alice]),
        threading.Thread(target=work, args=[hand_in_and_sign, bob, rachel]),
        threading.Thread(target=work, args=[have_pdfs_made, alice]),
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
    """Kills one process at a time, and starts the server anew when it is gone."""

    server: Server
    chance: Random
    killed: Counter[str] = field(default_factory=Counter)
    #: Of each start anew: how long it took, and how much of that was work and not waiting for a busy machine.
    restarts: list[tuple[float, float]] = field(default_factory=list)

    def kill_one(self, tally: Tally) -> None:
        """Wait for some answers and a moment more, and kill."""
        for _answer in range(self.chance.randrange(1, 4)):
            assert tally.answered.acquire(timeout=600), "nothing is answered"
        time.sleep(self.chance.uniform(0, 0.1))
        what = VICTIMS[self.killed.total() % len(VICTIMS)]
        makers = self.server.pdf_workers() if what == "maker of PDFs" else []
        if what == "server":
            self.server.kill()
            self.killed[what] += 1
        elif makers:
            self.killed[what] += kill(self.chance.choice(makers))
        elif workers := self.server.workers():
            # The oldest: the server gives up when one that it just started dies.
            self.killed["worker"] += kill(workers[0])
        if not self.server.is_up:
            self.restarts.append((self.server.start(), self.server.processor_seconds()))
        while tally.answered.acquire(blocking=False):
            pass


def test_a_kill_loses_nothing_that_was_acknowledged(
    alice: User, bob: User, rachel: User, tmp_path: Path
) -> None:
    hold(alice, bob, rachel, tmp_path, 5, 0)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(1, 11))
def test_a_thousand_kills_lose_nothing_that_was_acknowledged(
    alice: User, bob: User, rachel: User, tmp_path: Path, block: int
) -> None:
    hold(alice, bob, rachel, tmp_path, 100, block)


def hold(alice: User, bob: User, rachel: User, folder: Path, kills: int, seed: int) -> None:
    tally = Tally()
    with Server(folder / "log") as server:
        first_start = server.processor_seconds()
        killer = Killer(server, Random(seed))  # noqa: S311  (the same choices in every run)
        with at_work(server, alice, bob, rachel, tally):
            while killer.killed.total() < kills and not tally.failed:
                killer.kill_one(tally)
    times = [sorted(each) for each in zip(*killer.restarts, strict=True)]
    print(killer.killed, tally, *(f"{each[0]} {median(each)} {each[-1]}" for each in times))  # noqa: T201

    assert tally.failed == []
    assert set(tally.statuses) <= {200, 302, 409, 503}
    assert tally.acknowledged["edits"] > 0
    assert tally.unanswered > 0
    assert max(worked for _took, worked in killer.restarts) < 3 * first_start, "a restart repairs nothing"
    assert audit_log.verify().first_broken is None
    for intake in Intake.objects.iterator():
        codes = Event.objects.filter(intake=intake.uuid, code__in=CHANGES)
        assert codes.count() == intake.revision, "a change and its event are stored together"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
