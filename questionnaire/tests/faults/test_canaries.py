"""Two hundred words of a conversation are stored encrypted only.

They are not in the database, its log, a backup, the stored PDFs, temporary files, nor in a log at any level,
also when pages fail in every way that they can.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import documents as document_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import log_imports
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, step_fingerprint
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import (
    Document,
    Event,
    HeldPost,
    Incident,
    Intake,
    LogImport,
    SafetyPlanVersion,
    Step,
    Team,
    User,
)
from questionnaire.tests import spreadsheets
from questionnaire.tests.factories import event_codes
from questionnaire.tests.own_process import database_files
from questionnaire.tests.pages import Page
from stalkcheck.logging import PrivateFormatter

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 200
STEM = "kanarie"


class Words:
    """Give words that occur nowhere else, one for each text."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return f"{STEM}{self.count:04}q"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Collect every log line at every level, SQL included, as the server's formatter writes it."""
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


def filled_intake(client: Client, user: User, team: Team, words: Words) -> Intake:
    """Return an intake with a canary of its own in every text there is."""
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
    breach_actions.add_breach(
        user, intake, Breach(words.next(), reported_to=words.next(), number=words.next(), answer=words.next())
    )
    holders = CaseHolders(Holder(words.next(), words.next()), Holder(words.next()))
    follow_up_actions.record_steps(user, intake, {HOLDERS: StepSubmission(holders, step_fingerprint(None))})
    document_actions.store_document(user, intake, "full", "nl", f"%PDF-1.7 {words.next()}".encode())
    plan = Page(client, reverse("plan", args=[intake.uuid]))
    texts = [name for name in plan.posted if name.endswith(("-text", "-what", "-who", "-when"))]
    plan.fill(**{name: words.next() for name in texts})
    assert plan.press("_go", "save").status_code == 302
    while words.count < NUMBER + 20:  # a reason is only stored with the answer that it is about
        incident_actions.add_incident(
            user, intake, DomainIncident("2026-03-20", "home", what=words.next(), evidence=words.next())
        )
    return intake


def cause_failures(client: Client, intake: Intake, words: Words, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Cause every kind of failure, each by a post of canaries, and return the statuses."""
    url = reverse("section", args=[intake.uuid, "fear"])
    posted = {"fear_own_words": words.next(), "fear_level__note": words.next()}
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    responses = [
        client.post(url, posted, headers={"host": "evil.example"}),
        strict.post(url, posted),
        client.post(reverse("section", args=[intake.uuid, "no-such"]), posted),
        client.generic("PUT", url, words.next()),
        client.post(url, {"fear_own_words": words.next() * 400_000}),
    ]

    def fails(*_arguments: object, **_named: object) -> None:
        raise ValueError(words.next())

    def is_down(*_arguments: object, **_named: object) -> None:
        raise OperationalError(words.next())

    with monkeypatch.context() as patched:
        patched.setattr(intake_actions, "save_section", fails)
        responses.append(client.post(url, posted))
    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "cursor", is_down)
        responses.append(client.post(url, posted))
    return {response.status_code for response in responses}


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
        intake = filled_intake(client, alice, team, words)
        statuses = cause_failures(client, intake, words, monkeypatch)
    call_command("backup", str(tmp_path / "backup"), stdout=StringIO())

    # With DEBUG on Django itself answers what is too large, with 400.
    assert {400, 403, 404, 405, 500} | ({413} if not debug else set()) <= statuses
    assert decrypted_canaries() >= NUMBER
    assert log.getvalue().count("SELECT") > 100 or not debug, "the statements were not logged"
    assert STEM not in log.getvalue()
    assert STEM not in "".join(capfd.readouterr())
    assert files_with_canaries([tmp_path, temporary]) == []
    # On PostgreSQL the backup holds the same tables.
    assert [file for file in database_files() if STEM.encode() in file] == []


def decrypted_canaries() -> int:
    """Return how many canaries are in what the key decrypts."""
    texts = [str(Intake.objects.get().content), *(str(row.pdf) for row in Document.objects.all())]
    for model in (Incident, Step, HeldPost, SafetyPlanVersion):
        texts += [str(row.content) for row in model.objects.all()]
    return len({word for text in texts for word in text.split(STEM)[1:] for word in [word[:4]]})


def files_with_canaries(paths: list[Path]) -> list[str]:
    """Return the files that contain a canary."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    assert any(file.name == "backup" for file in files)
    return [str(file) for file in files if file.is_file() and STEM.encode() in file.read_bytes()]


# --- Logs that are pasted and opened ------------------------------------------------------------------------


def logs(words: Words) -> dict[str, bytes]:
    """Return a log of each kind that can be opened, and some that cannot, with canaries in their cells."""
    rows = [["20-03-2026", "thuis", words.next(), words.next()], ["11/7/2025", "", words.next(), ""]]
    sheets = {words.next()[:20]: rows, words.next()[:20]: [[words.next()]]}
    table = "\n".join("\t".join(row) for row in rows)
    sender = words.next()
    return {
        "table": table.encode(),
        "csv": table.replace("\t", ";").encode("utf-16"),
        "xlsx": spreadsheets.xlsx(sheets),
        "ods": spreadsheets.ods(sheets),
        "chat": f"[20-03-26, 14:22:33] {sender}: {words.next()}\n[21-03-26, 9:00:00] x: y\n".encode(),
        "large": f"20-03-2026;thuis;{words.next()};{words.next() * 40_000}\n".encode(),
        "too large": f"20-03-2026 {words.next() * 900_000}".encode(),
        "too many rows": f"20-03-2026 {words.next()}\n".encode() * 20_001,
        "no log": f"{words.next()}\n".encode() * 3,
        "damaged": b"PK\x03\x04" + words.next().encode(),
        "other": b"%PDF-1.7 " + words.next().encode(),
    }


def take_in(client: Client, url: str, name: str, content: bytes, words: Words) -> None:
    """Open a log as a file and look at it in every way; correct it, badly too; then leave it as it waits."""
    file = SimpleUploadedFile(f"{words.next()}.{name}", content)
    client.post(url, {"_open": "1", "file": file})
    client.post(url, {"_open": "1", "pasted": content.decode("latin-1")[:900_000]} if name == "table" else {})
    for query in ("", "?row=1", "?row=2", f"?row={words.next()}"):
        assert client.get(url + query).status_code == 200
    for typed in ("31-02-2026", words.next(), "21-03-2026"):
        client.post(url, {"_row": "1", "date": typed, "what": words.next(), "witness": words.next()})
    client.post(url, {"_reading": f"2|{words.next()}", "_order": words.next()})
    client.post(url, {"_read": "1", "sender": [words.next(), "x"], "column-2": words.next()})
    client.post(url, {"_row": "1", "date": "21-03-2026", "what": words.next()})


@pytest.mark.parametrize("debug", [False, True])
def test_nothing_of_a_log_is_stored_or_logged_in_the_clear(
    alice: User,
    intake: Intake,
    log: StringIO,
    temporary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    debug: bool,
) -> None:
    words, ends = Words(), ("_add", "_drop", "after the hour", "a failure")
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    url, log_url = (reverse(name, args=[intake.uuid]) for name in ("log_import", "incidents"))
    kept: list[int] = []

    def fails(*_arguments: object, **_named: object) -> None:
        raise ValueError(words.next())

    with override_settings(DEBUG=debug):
        for number, (name, content) in enumerate([*logs(words).items()] * 2):
            take_in(client, url, name, content, words)
            waits = LogImport.objects.filter(case=intake.case)
            kept.append(sum(str(row.content).count(STEM) for row in waits.all()))
            match ends[number % len(ends)]:
                case "after the hour":
                    waits.update(until=timezone.now() - timedelta(seconds=1))
                    client.post(url, {"_add": "1"})
                    log_imports.delete_expired()
                case "a failure":
                    with monkeypatch.context() as patched:
                        patched.setattr(log_imports, "add_opened_log", fails)
                        patched.setattr(log_imports, "open_log", fails)
                        client.post(url, {"_add": "1"})
                        client.post(url, {"_open": "1", "pasted": f"20-03-2026 {words.next()}"})
                case button:
                    client.post(url, {button: "1"})
            client.post(url, {"_drop": "1"})  # where there was nothing to add
            assert not waits.exists()
            page = client.get(log_url).content.decode()
            if undo := re.search(r'name="undo" value="([^"]+)"', page):
                assert client.post(reverse("undo"), {"undo": undo[1]}).status_code == 302
            assert [file for file in database_files() if STEM.encode() in file] == []
    call_command("backup", str(tmp_path / "backup"), stdout=StringIO())

    assert sum(map(bool, kept)) > 10, "no log was waiting"
    assert event_codes().count(EventCode.INCIDENTS_ADDED) > 1
    assert STEM not in str(list(Event.objects.values()))
    assert STEM not in log.getvalue()
    assert STEM not in "".join(capfd.readouterr())
    assert files_with_canaries([tmp_path, temporary]) == []
