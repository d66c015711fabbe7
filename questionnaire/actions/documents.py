"""Store the PDFs that are handed out."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from questionnaire.actions.transactions import lock_intake
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers import copy_mark
from questionnaire.models import AccessScope, Document, Intake, User
from questionnaire.permissions import UnseenOpeningError


def hand_out(user: User, intake: Intake, edition: str, language: str, pdf: bytes) -> bytes:
    """Store a PDF, and return it with a mark of this very copy, which its event names too.

    Raise PermissionDenied as `store_document` does.
    """
    mark = secrets.token_hex(copy_mark.LENGTH // 2)
    store_document(user, intake, edition, language, pdf, mark)
    return copy_mark.with_mark(pdf, mark)


def store_document(
    user: User, intake: Intake, edition: str, language: str, pdf: bytes, mark: str = ""
) -> Document:
    """Store a PDF of the given revision of the intake, and record that it is handed out with this mark.

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
        details = {"edition": edition, "language": language, "mark": mark}
        audit_log.record(user, EventCode.DOCUMENT_MADE, current, details=details)
    return document
