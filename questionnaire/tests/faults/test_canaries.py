"""Two hundred words that only a person in the conversation knows: they stand nowhere but behind the key.

Not in the database, its log, a backup, the stored PDFs, temporary files, nor in any log at any level, also
when pages fail in every way that they can.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client, override_settings
from django.urls import reverse

from questionnaire.actions import documents as document_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Document, HeldPost, Incident, Intake, Step, Team, User
from questionnaire.tests.own_process import database_files
from questionnaire.tests.pages import Page
from stalkcheck.logging import PrivateFormatter

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 200
STEM = "kanarie"


class Words:
    """Words that stand nowhere else, one for each place."""

    def __init__(self) -> None:
        self.given = 0

    def next(self) -> str:
        self.given += 1
        return f"{STEM}{self.given:04}q"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that anything says, down to every statement, as the server's formatter writes it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PrivateFormatter("%(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.db.backends", "django.request")]
    before = [(logger, logger.level) for logger in loggers]
    logging.getLogger().addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    logging.getLogger().removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def conversation(client: Client, user: User, team: Team, words: Words) -> Intake:
    """Return a conversation with a canary of its own in every text there is."""
    intake = intake_actions.start_intake(user, team, "2026-117", date(2026, 3, 23), "nl")
    for section in SECTIONS:
        page = Page(client, reverse("section", args=[intake.uuid, section.id]))
        texts = [
            name
            for name in page.posted
            if name.endswith(("__note", "__reason"))
            or (name in ITEMS and ITEMS[name].kind == "text")
            or name in ("running_note", "view")
        ]
        page.fill(**{name: words.next() for name in texts})
        assert page.press("_go", "next").status_code == 302
    follow_up_actions.add_consultation(
        user, intake, Consultation("police", words.next(), result=words.next())
    )
    document_actions.store_document(user, intake, "full", "nl", f"%PDF-1.7 {words.next()}".encode())
    while words.given < NUMBER + 20:  # a reason is only kept beside the answer that it is about
        incident_actions.add_incident(
            user, intake, Told("2026-03-20", "home", what=words.next(), evidence=words.next())
        )
    return intake


def go_wrong(client: Client, intake: Intake, words: Words, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Every kind of failure, each with words of the conversation in what was posted."""
    url = reverse("section", args=[intake.uuid, "fear"])
    said = {"fear_own_words": words.next(), "fear_level__note": words.next()}
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    came = [
        client.post(url, said, headers={"host": "evil.example"}),
        strict.post(url, said),
        client.post(reverse("section", args=[intake.uuid, "no-such"]), said),
        client.generic("PUT", url, words.next()),
        client.post(url, {"fear_own_words": words.next() * 400_000}),
    ]

    def fails(*_arguments: object, **_named: object) -> None:
        raise ValueError(words.next())

    def is_down(*_arguments: object, **_named: object) -> None:
        raise OperationalError(words.next())

    with monkeypatch.context() as patched:
        patched.setattr(intake_actions, "save_section", fails)
        came.append(client.post(url, said))
    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "cursor", is_down)
        came.append(client.post(url, said))
    return {response.status_code for response in came}


@pytest.mark.parametrize("debug", [False, True])
def test_no_text_of_a_conversation_is_stored_or_logged_in_the_clear(
    alice: User,
    team: Team,
    log: StringIO,
    temporary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    debug: bool,
) -> None:
    words = Words()
    client = Client(raise_request_exception=False)
    client.force_login(alice)

    with override_settings(DEBUG=debug):
        intake = conversation(client, alice, team, words)
        statuses = go_wrong(client, intake, words, monkeypatch)
    call_command("backup", str(tmp_path / "backup"), stdout=StringIO())

    # With DEBUG on Django itself answers what is too large, with 400.
    assert {400, 403, 404, 405, 500} | ({413} if not debug else set()) <= statuses
    assert stored_behind_the_key() >= NUMBER
    assert log.getvalue().count("SELECT") > 100 or not debug, "the statements were not logged"
    assert STEM not in log.getvalue()
    assert STEM not in "".join(capfd.readouterr())
    assert holding([tmp_path, temporary]) == []
    # On PostgreSQL the backup holds the same tables.
    assert [file for file in database_files() if STEM.encode() in file] == []


def stored_behind_the_key() -> int:
    """How many of the words open with the key: the test is about something."""
    texts = [str(Intake.objects.get().content), *(str(row.pdf) for row in Document.objects.all())]
    for model in (Incident, Step, HeldPost):
        texts += [str(row.content) for row in model.objects.all()]
    return len({word for text in texts for word in text.split(STEM)[1:] for word in [word[:4]]})


def holding(places: list[Path]) -> list[str]:
    """Return the files in which any of the canaries stands."""
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    assert any(file.name == "backup" for file in files)
    return [str(file) for file in files if file.is_file() and STEM.encode() in file.read_bytes()]
