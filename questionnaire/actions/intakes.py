"""The only writers. Each stores one change and the one event that tells of it, or neither.

What arrives here was parsed by a form. An action that changes nothing writes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain import incidents as domain_incidents
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.fingerprints import INCIDENT, fingerprint
from questionnaire.domain.follow_up import Consultation, FollowUp
from questionnaire.domain.merge import Merge, Resolution, Submission, resolve
from questionnaire.domain.routes import PAGES
from questionnaire.domain.summary import summarise
from questionnaire.domain.workflow import ClosedIntakeError
from questionnaire.models import (
    Document,
    Incident,
    Intake,
    Membership,
    Step,
    Team,
    User,
    reference_key,
    teams_of,
)

Row = TypeVar("Row", Incident, Step)

_ITEMS_OF: Final = {page_id: [item.id for item in page.items] for page_id, page in PAGES.items()}
_ITEMS_OF_LOG: Final = {Incident: ["incidents"], Step: ["consultations"]}


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The intake as it is now, what was saved, and what someone else had changed meanwhile.

    `bases` is what the page is made with from now on, by item, text and sketch.
    """

    intake: Intake
    saved: tuple[str, ...]
    conflicts: tuple[str, ...]
    bases: Mapping[str, str]


def start_intake(
    user: User, team: Team, reference: str, on: date, language: str, uuid: UUID | None = None
) -> Intake:
    """Begin an intake in a team in which the user is a professional. Raises PermissionDenied otherwise.

    With the `uuid` that the page was made with, sending it twice begins one. A uuid in use for anything
    else, of whoever, is not taken.
    """
    if not teams_of(user, Membership.Role.PROFESSIONAL).filter(pk=team.pk).exists():
        raise PermissionDenied
    told: dict[str, Any] = {"team": team, "reference": reference, "on": on, "language": language}
    with transaction.atomic():
        # So that two at once come one by one. With the key locked too, PostgreSQL would have this wait for an
        # event of the same person, and that event for this.
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if uuid and (there := user.intakes.filter(pk=uuid, **told).first()):
            return there
        intake = Intake(
            author=user, reference_key=reference_key(reference), catalogue_version=VERSION, **told
        )
        if uuid and not Intake.objects.filter(pk=uuid).exists():
            intake.uuid = uuid
        intake.make_key()
        update_list_columns(intake, (), FollowUp())
        intake.save(force_insert=True)
        audit_log.record(user, Code.INTAKE_STARTED, intake.uuid)
    return intake


def save_section(user: User, intake: Intake, page_id: str, submission: Submission) -> SaveResult:
    """Merge what a page of questions sent into the intake, item by item and part by part.

    A part that the page left alone stays as it is stored. A part that nobody else changed is saved. Where
    someone else did, the stored one stays and what was posted is kept as the draft of the item.
    """
    return _merged(user, intake, submission, _ITEMS_OF[page_id])


def save_sketch(user: User, intake: Intake, submission: Submission) -> SaveResult:
    """Keep an incident that is still being written, as it stands on a page that holds no questions."""
    return _merged(user, intake, submission, ())


def _merged(user: User, intake: Intake, submission: Submission, item_ids: Sequence[str]) -> SaveResult:
    with transaction.atomic():
        intake = _opened(intake)
        merge = Merge(intake.content, submission)
        merge.all(item_ids)
        if merge.is_written:
            store(user, intake, Code.INTAKE_CHANGED, [key.partition(" ")[0] for key in merge.touched])
    return result_of(intake, merge)


def result_of(intake: Intake, merge: Merge) -> SaveResult:
    return SaveResult(intake, tuple(merge.saved), tuple(merge.conflicts), merge.bases)


def add_incident(
    user: User, intake: Intake, told: domain_incidents.Incident, uuid: UUID | None = None
) -> Incident:
    """Add an incident to the log. With the `uuid` that the page was made with, sending it twice adds one.

    With that of an incident that says something else both are kept.
    """
    row = Incident(content=told.to_json())
    return add_row(user, intake, intake.incidents.all(), row, uuid, Code.INCIDENT_ADDED)


def incident_digest(incident: Incident) -> str:
    """What a page was made with, for one incident."""
    return fingerprint(incident.content)


def change_incident(
    user: User, intake: Intake, uuid: UUID, told: domain_incidents.Incident, base: str
) -> bool:
    """Change an incident; False, and nothing changed, when it differs from what the page was made with.

    Raises Incident.DoesNotExist when it was removed meanwhile.
    """
    return change_row(user, intake, intake.incidents.all(), uuid, told, base, Code.INCIDENT_CHANGED)


def remove_incident(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove an incident from the log; nothing happens when it is gone already."""
    remove_row(user, intake, intake.incidents.all(), uuid, Code.INCIDENT_REMOVED)


def record_read(user: User, intake: Intake | None, code: Code) -> None:
    """Tell that a page showed content; of no single intake for a list."""
    with transaction.atomic():
        audit_log.record(user, code, intake.uuid if intake else None)


def store_document(user: User, intake: Intake, edition: str, language: str, pdf: bytes) -> Document:
    """Keep a PDF that was made of the intake as given, and is now handed out. The same PDF is kept once."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    made_of = {"edition": edition, "language": language, "revision": intake.revision, "sha256": sha256}
    with transaction.atomic():
        current = locked(intake)
        document = current.documents.filter(**made_of).first()
        if document is None:
            document = Document(intake=current, pdf=pdf, **made_of)
            document.save(force_insert=True)
        audit_log.record(user, Code.DOCUMENT_MADE, intake.uuid)
    return document


def add_row(user: User, intake: Intake, there: QuerySet[Row], row: Row, uuid: UUID | None, code: Code) -> Row:
    with transaction.atomic():
        intake = _for_row(intake, type(row))
        if uuid and (added := there.filter(pk=uuid).first()) and added.content == row.content:
            return added
        row.intake = intake
        if uuid and not type(row).objects.filter(pk=uuid).exists():
            row.uuid = uuid
        row.save(force_insert=True)
        store(user, intake, code, _ITEMS_OF_LOG[type(row)])
    return row


def change_row(
    user: User,
    intake: Intake,
    there: QuerySet[Row],
    uuid: UUID,
    told: domain_incidents.Incident | Consultation,
    base: str,
    code: Code,
) -> bool:
    with transaction.atomic():
        intake = _for_row(intake, there.model)
        row = there.get(pk=uuid)
        came = resolve(row.content, told.to_json(), base)
        if came is Resolution.SAVE:
            row.content = told.to_json()
            row.save()
            store(user, intake, code, _ITEMS_OF_LOG[type(row)])
    return came is not Resolution.CONFLICT


def remove_row(user: User, intake: Intake, there: QuerySet[Row], uuid: UUID, code: Code) -> None:
    with transaction.atomic():
        intake = _for_row(intake, there.model)
        removed, _by_model = there.filter(pk=uuid).delete()
        if removed:
            intake.content["drafts"].pop(f"{INCIDENT} {uuid}", None)  # what was still being changed of it
            store(user, intake, code, _ITEMS_OF_LOG[there.model])


def locked(intake: Intake) -> Intake:
    """The intake as stored now; nobody else writes it until the transaction ends."""
    return Intake.objects.select_for_update().get(pk=intake.pk)


def _opened(intake: Intake) -> Intake:
    """The same, to change what was said. Raises Frozen when that is closed."""
    intake = locked(intake)
    if not intake.is_open:
        raise ClosedIntakeError
    return intake


def _for_row(intake: Intake, kind: type[Incident | Step]) -> Intake:
    """To change what was said, or what came of it: that is written down in every state."""
    return _opened(intake) if kind is Incident else locked(intake)


def store(user: User, intake: Intake, code: Code, items: Sequence[str] = ()) -> None:
    """Keep a change to a locked intake, with what lists are sorted on and the one event."""
    update_list_columns(intake, [incident.told for incident in intake.incidents.all()], intake.follow_up)
    intake.revision += 1
    intake.changed_at = timezone.now()
    intake.save()
    audit_log.record(user, code, intake.uuid, items)


def update_list_columns(
    intake: Intake, incidents: Sequence[domain_incidents.Incident], came: FollowUp
) -> None:
    """Bring the columns that lists are sorted on up to date: levels, counts and days, no content."""
    summary = summarise(intake.answers, incidents, intake.on)
    intake.urgency = summary.urgency
    intake.police_urgency = summary.police_urgency
    intake.danger_signs = len(summary.danger_signs)
    intake.reassess_on = summary.reassess_on
    intake.next_due = came.next_due(intake.look_again_after)
    intake.open_steps = came.open_steps
