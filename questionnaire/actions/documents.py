"""Store the PDFs that are handed out."""

from __future__ import annotations

import hashlib

from django.db import transaction

from questionnaire.actions.transactions import lock_intake
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import AccessScope, Document, Intake, User
from questionnaire.permissions import UnseenOpeningError


def store_document(user: User, intake: Intake, edition: str, language: str, pdf: bytes) -> Document:
    """Store a PDF of the given revision of the intake, and record that it is handed out.

    The same PDF is stored once, however often it is handed out. Raise PermissionDenied for someone who may
    not read the intake any more, or not take a copy along.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    fields = {"edition": edition, "language": language, "revision": intake.revision, "sha256": sha256}
    with transaction.atomic():
        current = lock_intake(user, intake)
        if not AccessScope.of(user).can_copy(current):
            raise UnseenOpeningError
        document = current.documents.filter(**fields).first()
        if document is None:
            document = Document(intake=current, pdf=pdf, **fields)
            document.save(force_insert=True)
        audit_log.record(user, EventCode.DOCUMENT_MADE, current)
    return document
