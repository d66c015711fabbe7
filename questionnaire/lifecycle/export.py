"""All that is held on one case in one file, and the copy for a person who is entitled to see it.

What belongs to an intake is found by its foreign keys, so that nothing of a later model is left out.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import BinaryField, ForeignObjectRel, Model
from django.utils.translation import gettext_lazy as _

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.documents import as_text, make
from questionnaire.documents.editions import PRIVATE, REPORT, Chosen, Edition
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models import Document, Event, Intake, User
from questionnaire.queries import document_input

_ABOUT_OTHERS: Final = tuple(item.id for part in SECTIONS if part.id == "others" for item in part.items)
_LEFT_OUT: Final = {"others", "weighing", "advised", "support", "open_questions"}

#: For the person it is about. Safety data stays out of it also for the client, as someone may make them ask.
ACCESS: Final[Edition] = replace(
    REPORT,
    code="access",
    name=_("Copy for the person who asks"),
    purpose=_("For someone who is entitled to a copy."),
    left_out=_("Others, the professional's own notes, and safety data are left out."),
    sections=tuple(name for name in REPORT.sections if name not in _LEFT_OUT),
    never=(*REPORT.never, *PRIVATE, *_ABOUT_OTHERS),
)
#: What of the client's own stands in it, though a report only has it when ticked.
_TOLD_BY_THE_CLIENT: Final = Chosen(
    frozenset({"evidence_kept", "police_contact", "client_wishes", "consent_share"})
)


def export(actor: User, intake: Intake, reason: str, *, is_redacted: bool) -> bytes:
    """A zip of the whole case, and the event that tells of it for each of its intakes. Raises SealError."""
    with transaction.atomic():
        case = list(Intake.objects.filter(case=intake.case).order_by("started_at", "pk"))
        files = _redacted(case) if is_redacted else _everything(case)
        for each in case:
            audit_log.record(actor, Code.CASE_EXPORTED, each.uuid, reason=reason)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _redacted(case: Iterable[Intake]) -> Mapping[str, bytes]:
    return {f"{number}.txt": _copy_of(each).encode() for number, each in enumerate(case, start=1)}


def _copy_of(intake: Intake) -> str:
    """The intake without others and without what the professional wrote beside it."""
    told = replace(document_input.told(intake), notes={}, reasons={}, running_note="", view="")
    return as_text(make(told, intake.language, ACCESS, _TOLD_BY_THE_CLIENT))


def _everything(case: Iterable[Intake]) -> Mapping[str, bytes]:
    case = list(case)
    held = [{**_columns(each), **_belonging(each)} for each in case]
    happened = Event.objects.filter(intake__in=[each.pk for each in case]).select_related("actor")
    told = {
        "intakes": held,
        "events": [{**_columns(event), "actor": str(event.actor or "")} for event in happened],
    }
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    pdfs = Document.objects.filter(intake__in=case)
    return {"case.json": text.encode(), **{f"{document.uuid}.pdf": document.pdf for document in pdfs}}


def _belonging(intake: Intake) -> Mapping[str, list[Mapping[str, Any]]]:
    rows = {
        relation.related_model._meta.model_name: relation.related_model._default_manager.filter(
            **{relation.field.name: intake}
        )
        for relation in _relations()
    }
    return {str(name): [_columns(row) for row in found] for name, found in rows.items()}


def _relations() -> list[ForeignObjectRel]:
    return [each for each in Intake._meta.related_objects if each.related_model is not Intake]


def _columns(row: Model) -> Mapping[str, Any]:
    """Every column that holds something a person can read; PDFs stand beside it in files of their own."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if isinstance(field, EncryptedJSONField) or not isinstance(field, BinaryField)
    }
