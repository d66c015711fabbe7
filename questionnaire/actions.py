"""The only writers. Each stores one change and the one event that tells of it, or neither.

What arrives here was parsed by a form. An action that changes nothing writes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire import events
from questionnaire.digests import digest
from questionnaire.domain import timeline
from questionnaire.domain.catalogue import SECTIONS, VERSION
from questionnaire.domain.summary import summarise
from questionnaire.events import Code
from questionnaire.merge import Merge, Submission, Verdict, verdict
from questionnaire.models import Document, Incident, Intake, Membership, Team, User, reference_key, teams_of

_ITEMS_OF: Final = {section.id: [item.id for item in section.items] for section in SECTIONS}


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The intake as it is now, what was saved, and what someone else had changed meanwhile.

    `bases` is what the page is made with from now on, by item, text and sketch.
    """

    intake: Intake
    saved: tuple[str, ...]
    conflicts: tuple[str, ...]
    bases: Mapping[str, str]


def start_intake(user: User, team: Team, reference: str, on: date, language: str) -> Intake:
    """Begin an intake in a team in which the user is a professional. Raises PermissionDenied otherwise."""
    if not teams_of(user, Membership.Role.PROFESSIONAL).filter(pk=team.pk).exists():
        raise PermissionDenied
    intake = Intake(
        team=team,
        author=user,
        reference=reference,
        reference_key=reference_key(reference),
        on=on,
        language=language,
        catalogue_version=VERSION,
    )
    intake.make_key()
    _promote(intake, ())
    with transaction.atomic():
        intake.save(force_insert=True)
        events.record(user, Code.INTAKE_STARTED, intake.uuid)
    return intake


def save_section(user: User, intake: Intake, section_id: str, submission: Submission) -> SaveResult:
    """Merge what a page of one section sent into the intake, item by item and part by part.

    A part that the page left alone stays as it is stored. A part that nobody else changed is saved. Where
    someone else did, the stored one stays and what was posted is kept as the draft of the item.
    """
    with transaction.atomic():
        intake = _locked(intake)
        merge = Merge(intake.content, submission)
        merge.all(_ITEMS_OF[section_id])
        if merge.touched:
            _store(user, intake, Code.INTAKE_CHANGED, merge.touched)
    return SaveResult(intake, tuple(merge.saved), tuple(merge.conflicts), merge.bases)


def add_incident(user: User, intake: Intake, told: timeline.Incident, uuid: UUID | None = None) -> Incident:
    """Add an incident to the log. With the `uuid` that the page was made with, sending it twice adds one."""
    with transaction.atomic():
        intake = _locked(intake)
        if uuid and (there := intake.incidents.filter(pk=uuid).first()):
            return there
        incident = Incident(intake=intake, content=told.to_json())
        if uuid and not Incident.objects.filter(pk=uuid).exists():
            incident.uuid = uuid
        incident.save(force_insert=True)
        _store(user, intake, Code.INCIDENT_ADDED, ["incidents"])
    return incident


def incident_digest(incident: Incident) -> str:
    """What a page was made with, for one incident."""
    return digest(incident.content)


def change_incident(user: User, intake: Intake, uuid: UUID, told: timeline.Incident, base: str) -> bool:
    """Change an incident; False, and nothing changed, when it differs from what the page was made with.

    Raises Incident.DoesNotExist when it was removed meanwhile.
    """
    with transaction.atomic():
        intake = _locked(intake)
        incident = intake.incidents.get(pk=uuid)
        came = verdict(incident.content, told.to_json(), base)
        if came is Verdict.SAVE:
            incident.content = told.to_json()
            incident.save()
            _store(user, intake, Code.INCIDENT_CHANGED, ["incidents"])
    return came is not Verdict.CONFLICT


def remove_incident(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove an incident from the log; nothing happens when it is gone already."""
    with transaction.atomic():
        intake = _locked(intake)
        removed, _by_model = intake.incidents.filter(pk=uuid).delete()
        if removed:
            _store(user, intake, Code.INCIDENT_REMOVED, ["incidents"])


def record_read(user: User, intake: Intake | None, code: Code) -> None:
    """Tell that a page showed content; of no single intake for a list."""
    with transaction.atomic():
        events.record(user, code, intake.uuid if intake else None)


def store_document(user: User, intake: Intake, edition: str, language: str, pdf: bytes) -> Document:
    """Keep a PDF that was made of the intake as given, and is now handed out. The same PDF is kept once."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    made_of = {"edition": edition, "language": language, "revision": intake.revision, "sha256": sha256}
    with transaction.atomic():
        current = _locked(intake)
        document = current.documents.filter(**made_of).first()
        if document is None:
            document = Document(intake=current, pdf=pdf, **made_of)
            document.save(force_insert=True)
        events.record(user, Code.DOCUMENT_MADE, intake.uuid)
    return document


def _locked(intake: Intake) -> Intake:
    """The intake as stored now; nobody else writes it until the transaction ends."""
    return Intake.objects.select_for_update().get(pk=intake.pk)


def _store(user: User, intake: Intake, code: Code, items: Sequence[str]) -> None:
    _promote(intake, [incident.told for incident in intake.incidents.all()])
    intake.revision += 1
    intake.changed_at = timezone.now()
    intake.save()
    events.record(user, code, intake.uuid, items)


def _promote(intake: Intake, incidents: Sequence[timeline.Incident]) -> None:
    """Bring the columns that lists are sorted on up to date. They hold levels and counts, no content."""
    summary = summarise(intake.answers, incidents, intake.on)
    intake.urgency = summary.urgency
    intake.police_urgency = summary.police_urgency
    intake.danger_signs = len(summary.danger_signs)
    intake.reassess_on = summary.reassess_on
