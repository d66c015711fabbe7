"""Storing a PDF that is handed out."""

from __future__ import annotations

import hashlib

from questionnaire.actions import documents as document_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Document, Intake, User
from questionnaire.tests.factories import event_codes


def test_the_same_pdf_is_stored_once_with_an_event_each_time(alice: User, intake: Intake) -> None:
    first = document_actions.store_document(alice, intake, "full", "nl", b"%PDF one")
    second = document_actions.store_document(alice, intake, "full", "nl", b"%PDF one")

    assert first == second
    stored = Document.objects.get()
    assert (stored.edition, stored.language, stored.revision) == ("full", "nl", 0)
    assert stored.sha256 == hashlib.sha256(b"%PDF one").hexdigest()
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.DOCUMENT_MADE, EventCode.DOCUMENT_MADE]


def test_another_pdf_is_another_document(alice: User, intake: Intake) -> None:
    document_actions.store_document(alice, intake, "full", "nl", b"%PDF one")
    document_actions.store_document(alice, intake, "full", "en", b"%PDF two")

    assert {document.pdf for document in Document.objects.all()} == {b"%PDF one", b"%PDF two"}
