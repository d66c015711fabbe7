"""Export everything about one case as a zip, or a copy for someone who is entitled to one (`copies`).

What belongs to an intake is found by foreign keys, so that the rows of a model added later are included.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import BinaryField, Model

from questionnaire.audit import event_kinds
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.lifecycle import copies
from questionnaire.lifecycle.copies import Copy
from questionnaire.models import Case, Document, Event, Intake, User, lock_case
from questionnaire.models.records_before import BEFORE, kept_before
from questionnaire.queries.safety_plans import safety_plan_of


def export_case(
    actor: User, intake: Intake, reason: str, copy: Copy = Copy.WHOLE, ticked: Sequence[str] = ()
) -> bytes:
    """Return a zip with a copy of the case, and record an event for each of its intakes.

    `ticked` is what the copy has on request, among `copies.OFFERED`. Raise SealError or TamperedCaseError.
    """
    with transaction.atomic():
        lock_case(intake.case_id)
        intakes = list(intake.case.intakes.select_related("case").order_by("started_at", "pk"))
        if copy is Copy.WHOLE:
            files = _full_export(intake.case, intakes)
        else:
            files = copies.files(copy, intakes, ticked)
        for each in intakes:
            details = {"copy": copy.value, "with": sorted(ticked)}
            audit_log.record(actor, EventCode.CASE_EXPORTED, each, reason=reason, details=details)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _full_export(case: Case, intakes: Sequence[Intake]) -> Mapping[str, bytes]:
    events = Event.objects.filter(case=case.pk).select_related("actor")
    rows = {
        "case": {
            **_columns(case),
            "access": [_columns(row) for row in case.access.all()],
            "holders": [_columns(row) for row in case.holders.all()],
            "incidents": [_columns(row) for row in case.incidents.all()],
        },
        "safety_plan": _safety_plan(case),
        "intakes": [{**_columns(each), "content": _content(each), **_related_rows(each)} for each in intakes],
        "events": [_event(event) for event in events],
    }
    text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    pdfs = Document.objects.filter(intake__in=intakes)
    return {"case.json": text.encode(), **{f"{document.uuid}.pdf": document.pdf for document in pdfs}}


def _event(event: Event) -> Mapping[str, Any]:
    """Return an event with who did it by name, and with what kinds of thing and of act it was."""
    kinds = {
        "object": event_kinds.object_kind(event.code),
        "action": event_kinds.action(event.code),
        "outcome": event_kinds.outcome(event.code),
    }
    return {**_columns(event), **kinds, "actor": str(event.actor or "")}


def _content(intake: Intake) -> Mapping[str, Any]:
    """Return the content, without what an entry of the follow-up said before a change that is final."""
    content = {key: value for key, value in intake.content.items() if key != BEFORE}
    kept = kept_before(intake.content)
    return {**content, BEFORE: kept} if kept else content


def _safety_plan(case: Case) -> Mapping[str, Any] | None:
    """Return the plan of the case with every version; None when there is none."""
    if (safety_plan := safety_plan_of(case)) is None:
        return None
    versions = safety_plan.versions.select_related("by")
    rows = [{**_columns(version), "by": str(version.by)} for version in versions]
    return {**_columns(safety_plan), "versions": rows}


def _related_rows(intake: Intake) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the rows that belong to an intake, by the name of their model."""
    relations = [each for each in Intake._meta.related_objects if each.related_model is not Intake]
    return {
        str(relation.related_model._meta.model_name): [
            _columns(row)
            for row in relation.related_model._default_manager.filter(**{relation.field.name: intake})
        ]
        for relation in relations
    }


def _columns(row: Model) -> Mapping[str, Any]:
    """Return every column that a person can read; PDFs are exported as files of their own."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if isinstance(field, EncryptedJSONField) or not isinstance(field, BinaryField)
    }
