"""The served program makes the PDF of a page in view before someone asks, for whichever worker is asked."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers import copy_mark
from questionnaire.documents.renderers.made_ahead import Shelf
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.served import Browser, Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pdf]


@contextmanager
def stopped(processes: list[int]) -> Iterator[None]:
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    yield
    for process in processes:
        os.kill(process, signal.SIGCONT)


def shelf_of(server: Server) -> Shelf:
    opened = Path(f"/proc/{server.process.pid}/fd").iterdir()
    return next(Shelf(each) for each in opened if "memfd:stalkcheck" in str(each.readlink()))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_pdf_of_a_page_in_view_comes_from_either_worker_without_being_made(
    tmp_path: Path, alice: User, intake: Intake
) -> None:
    summary, pdf = (reverse(name, args=[intake.uuid]) for name in ("summary", "pdf"))
    with Server(tmp_path / "log") as server:
        client = Client()
        client.force_login(alice)
        session = str(client.session.session_key)
        browser = Browser(server, session=session)
        wait_for(lambda: len(server.pdf_workers()) == 2)  # each worker starts one by itself
        processes = server.pdf_workers()
        expected = browser.post(pdf, {"language": "nl"}).content
        assert browser.get(summary).status == 200
        wait_for(lambda: shelf_of(server).has(f"{session} {alice.pk}"))

        with stopped(processes):  # nobody makes a PDF now
            answers = [browser.post(pdf, {"language": "nl"}) for _press in range(6)]

        made = [copy_mark.without_mark(answer.content) for answer in answers]
        assert made == [copy_mark.without_mark(expected)] * 6
        assert len({expected, *(answer.content for answer in answers)}) == 1 + 6  # each has its mark
    assert expected.startswith(b"%PDF")
    assert Document.objects.count() == 1
    assert Event.objects.filter(code=EventCode.DOCUMENT_MADE).count() == 1 + 6
