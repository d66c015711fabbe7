"""`manage.py verify`: whether a PDF was made here."""

import io
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from questionnaire.actions import documents as document_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers import copy_mark
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.factories import submission_of


def verify(path: Path) -> tuple[int, str, str]:
    out, errors, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("verify", str(path), stdout=out, stderr=errors)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), errors.getvalue()


@pytest.fixture
def pdf_path(alice: User, intake: Intake, tmp_path: Path) -> Path:
    """Return the path of a stored PDF of the intake, as handed out."""
    document_actions.store_document(alice, intake, "police", "nl", b"%PDF-1.7 made")
    path = tmp_path / "made.pdf"
    path.write_bytes(b"%PDF-1.7 made")
    return path


@pytest.mark.django_db
def test_a_file_that_was_made_here_is_known_with_its_revision(pdf_path: Path, intake: Intake) -> None:
    code, out, _errors = verify(pdf_path)

    assert code == 0
    assert str(intake.uuid) in out
    assert "police" in out
    assert intake.case.reference not in out


@pytest.mark.django_db
def test_a_file_of_an_earlier_revision_says_so(pdf_path: Path, alice: User, intake: Intake) -> None:
    before = verify(pdf_path)[1]
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))

    code, out, _errors = verify(pdf_path)

    assert code == 0
    assert before != out
    assert " 1." in out


@pytest.mark.django_db
def test_a_changed_file_is_not_known(pdf_path: Path) -> None:
    pdf_path.write_bytes(b"%PDF-1.7 mada")

    code, out, _errors = verify(pdf_path)

    assert code == 1
    assert "sha256: " in out


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    code, out, errors = verify(tmp_path / "none.pdf")

    assert (code, out) == (2, "")
    assert "none.pdf" in errors


@pytest.mark.django_db
def test_a_file_whose_hash_someone_wrote_in_the_database_is_not_known(pdf_path: Path) -> None:
    pdf_path.write_bytes(b"%PDF-1.7 forged")
    Document.objects.update(sha256=sha256(b"%PDF-1.7 forged").hexdigest())

    assert verify(pdf_path)[0] == 1


def _made(first: str = "a") -> bytes:
    """Return the end of a PDF as it is made, with both parts of its identifier alike."""
    return b"%%PDF-1.7 made\n/ID [(%(id)b) (%(id)b)]" % {b"id": first.encode() * 32}


@pytest.mark.django_db
def test_each_copy_tells_to_whom_it_was_handed_out(
    alice: User, rachel: User, intake: Intake, tmp_path: Path
) -> None:
    copies = [
        document_actions.hand_out(user, intake, "police", "nl", _made()) for user in (alice, rachel, alice)
    ]

    assert len(set(copies)) == 3
    assert Document.objects.count() == 1
    made = list(Event.objects.filter(code=EventCode.DOCUMENT_MADE).order_by("seq"))
    for copy, event in zip(copies, made, strict=True):
        (tmp_path / "copy.pdf").write_bytes(copy)
        code, out, _errors = verify(tmp_path / "copy.pdf")
        assert code == 0
        assert f"{event.actor} (gebeurtenis {event.seq})" in out
        assert event.details["mark"].encode() in copy
        assert (event.details["edition"], event.details["language"]) == ("police", "nl")


@pytest.mark.django_db
def test_a_mark_that_nobody_got_is_said_to_be_changed(alice: User, intake: Intake, tmp_path: Path) -> None:
    copy = document_actions.hand_out(alice, intake, "police", "nl", _made())
    path = tmp_path / "copy.pdf"

    path.write_bytes(copy_mark.with_mark(copy, "0" * 32))
    code, out, _errors = verify(path)
    assert code == 0
    assert "Geen enkel exemplaar" in out
    assert str(alice) not in out

    path.write_bytes(copy_mark.without_mark(copy))
    assert "geen kenmerk" in verify(path)[1]
    path.write_bytes(copy.replace(b"made", b"mada"))
    assert verify(path)[0] == 1


@pytest.mark.django_db
def test_an_event_with_a_mark_that_someone_wrote_names_nobody(
    alice: User, bob: User, intake: Intake, tmp_path: Path
) -> None:
    copy = document_actions.hand_out(alice, intake, "police", "nl", _made())
    (tmp_path / "copy.pdf").write_bytes(copy)
    triggers.remove(connection)
    Event.objects.filter(code=EventCode.DOCUMENT_MADE).update(actor=bob)
    triggers.install(connection)

    out = verify(tmp_path / "copy.pdf")[1]

    assert str(bob) not in out
    assert "Geen enkel exemplaar" in out
