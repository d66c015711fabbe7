"""Export everything about one case as a zip, or a redacted copy for a person who is entitled to one.

What belongs to an intake is found by foreign keys, so that the rows of a model added later are included.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import BinaryField, Model
from django.utils.translation import gettext_lazy as _

from questionnaire.audit import event_kinds
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.editions import PRIVATE, REPORT, REPORTED, Edition, EditionOptions
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models import Case, Document, Event, Intake, User, lock_case
from questionnaire.models.records_before import BEFORE, kept_before
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for
from questionnaire.queries.safety_plans import safety_plan_of

_ABOUT_OTHERS: Final = tuple(
    item.id for section in SECTIONS if section.id == "others" for item in section.items
)

#: For the person concerned. Safety data is left out for the client too, as someone may force them to ask.
ACCESS_REQUEST: Final[Edition] = replace(
    REPORT,
    code="access",
    name=_("Copy for the person who asks"),
    header=_("Copy for the person who asks"),
    purpose=_("For someone who is entitled to a copy."),
    left_out=_("Others, the professional's own notes, and what is confidential are left out."),
    sections=("fear_for_others", "who", "behaviour", "incidents", "told", "limits"),
    never=(*REPORT.never, *PRIVATE, *_ABOUT_OTHERS),
    free_text=True,
    reference=True,
)
#: The client's own statements are included, though a report only has them when ticked. What tells where the
#: client can be found, or who told, is not: someone may force the client to ask for this copy.
_CLIENT_STATEMENTS: Final = EditionOptions(frozenset({*ITEMS, REPORTED}) - frozenset(ACCESS_REQUEST.never))


def export_case(actor: User, intake: Intake, reason: str, *, is_redacted: bool) -> bytes:
    """Return a zip of the whole case, and record an event for each of its intakes.

    Raise SealError or TamperedCaseError.
    """
    with transaction.atomic():
        lock_case(intake.case_id)
        intakes = list(intake.case.intakes.select_related("case").order_by("started_at", "pk"))
        files = _redacted_export(intakes) if is_redacted else _full_export(intake.case, intakes)
        for each in intakes:
            audit_log.record(actor, EventCode.CASE_EXPORTED, each, reason=reason)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _redacted_export(intakes: Sequence[Intake]) -> Mapping[str, bytes]:
    return {f"{number}.txt": _redacted_text(each).encode() for number, each in enumerate(intakes, start=1)}


def _redacted_text(intake: Intake) -> str:
    """Return the intake as text, without other persons and without the professional's own notes.

    Without a reader it has no safety plan either: someone may force the client to ask for this copy.
    """
    whole = as_intake_file(intake)
    # What it was taken from says that the client keeps a log.
    incidents = tuple(replace(incident, by="", witness="", source="") for incident in whole.incidents)
    redacted = replace(whole, notes={}, reasons={}, running_note="", view="", incidents=incidents)
    return as_text(
        document_for(intake, intake.language, ACCESS_REQUEST, _CLIENT_STATEMENTS, intake_file=redacted)
    )


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
