"""What the server writes in its log, also about pages that fail: no word of a conversation."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from django.db import connection
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Incident, Intake, User
from questionnaire.tests.served import HOST, Browser, Server

pytestmark = pytest.mark.django_db(transaction=True)

STEM: Final = "kanarie"


@contextmanager
def undecryptable(row: Incident | Intake) -> Iterator[None]:
    """Flip a bit of a row, so that it cannot be decrypted: of an intake that is a server error."""
    statement = f"UPDATE {row._meta.db_table} SET content = %s WHERE uuid = %s"  # noqa: S608  (our own name)
    row = type(row)._base_manager.get(pk=row.pk)
    token = row.__dict__["content"].token
    key = row.pk.hex if connection.vendor == "sqlite" else row.pk
    with connection.cursor() as cursor:
        cursor.execute(statement, [token[:-1] + bytes([token[-1] ^ 1]), key])
        assert cursor.rowcount == 1
        yield
        cursor.execute(statement, [token, key])


def send_garbage(server: Server, words: str) -> None:
    """Send what is no HTTP request."""
    with socket.create_connection((HOST, server.port), timeout=10) as connected:
        connected.sendall(f"{words} {words}\r\n{words}\r\n\r\n".encode())
        connected.recv(1_000)


def test_the_servers_log_has_no_text_of_a_conversation(alice: User, intake: Intake, tmp_path: Path) -> None:
    numbers = count()
    incident_actions.add_incident(
        alice, intake, DomainIncident("2026-03-20", "home", what=f"{STEM}{next(numbers)}")
    )
    url, log = reverse("section", args=[intake.uuid, "fear"]), reverse("incidents", args=[intake.uuid])
    with Server(tmp_path / "log") as server:
        browser = Browser(server, alice)
        page = dict(browser.get(url).controls.lists())
        statuses = set()

        def post(path: str, **extra: str) -> None:
            words = {name: f"{STEM}{next(numbers)}" for name in ("fear_own_words", "running_note", "what")}
            statuses.add(browser.post(path, {**page, **words, **extra}).status)
            statuses.add(browser.post(path, {**page, **words, **extra}, "application/json").status)

        post(url)
        post(url, fear_own_words__base=f"{STEM}{next(numbers)}")
        post(log, date=f"{STEM}{next(numbers)}")
        post(reverse("section", args=[intake.uuid, "no-such"]))
        post(reverse("summary", args=[intake.uuid]))
        post(reverse("cases"), reference=f"{STEM}{next(numbers)}" * 600_000)
        post("/account/login/", login=f"{STEM}{next(numbers)}", password=f"{STEM}{next(numbers)}")
        with undecryptable(intake.incidents[0]), undecryptable(intake):
            for path in (url, log):
                statuses.add(browser.get(path).status)
            post(url)
        strict = Browser(server, alice, csrf="")
        statuses.add(strict.post(url, {"running_note": f"{STEM}{next(numbers)}"}).status)
        send_garbage(server, f"{STEM}{next(numbers)}")
        assert browser.get(url).status == 200
    log_text = (tmp_path / "log").read_text()

    assert statuses >= {200, 302, 403, 404, 405, 413, 500}
    assert re.search("SealError|KeyRing", log_text), "what went wrong is told"
    assert next(numbers) > 20
    assert STEM not in log_text
    assert intake.case.reference not in log_text
