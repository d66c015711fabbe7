"""The only writers. Each stores one change and the one event that tells of it, or neither.

What arrives here was parsed by a form. An action that changes nothing writes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire import events
from questionnaire.digests import INCIDENT, digest
from questionnaire.domain import timeline
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.follow_up import Consultation, Decision, FollowUp, Outcome
from questionnaire.domain.summary import summarise
from questionnaire.events import Code
from questionnaire.merge import Merge, Submission, Verdict, verdict
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
from questionnaire.states import Frozen
from questionnaire.ways import PAGES

Row = TypeVar("Row", Incident, Step)

#: The key of the two decisions among the steps that have an outcome.
DECISIONS: Final = "decisions"

_OUTCOMES: Final = "outcomes"
_ON_NO_PAGE: Final = Submission({}, {})
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


@dataclass(frozen=True, slots=True)
class SentStep:
    """What a page says came of one step; None when nothing did. `base` is the `step_digest` of that page.

    `posted` are its controls. These are kept where someone else changed the step, or where `is_refused` says
    that it could not be read.
    """

    told: Outcome | Decision | None
    base: str
    posted: str = ""
    is_refused: bool = False


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
        promote(intake, (), FollowUp())
        intake.save(force_insert=True)
        events.record(user, Code.INTAKE_STARTED, intake.uuid)
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
    return _result(intake, merge)


def _result(intake: Intake, merge: Merge) -> SaveResult:
    return SaveResult(intake, tuple(merge.saved), tuple(merge.conflicts), merge.bases)


def add_incident(user: User, intake: Intake, told: timeline.Incident, uuid: UUID | None = None) -> Incident:
    """Add an incident to the log. With the `uuid` that the page was made with, sending it twice adds one.

    With that of an incident that says something else both are kept.
    """
    row = Incident(content=told.to_json())
    return _add(user, intake, intake.incidents.all(), row, uuid, Code.INCIDENT_ADDED)


def incident_digest(incident: Incident) -> str:
    """What a page was made with, for one incident."""
    return digest(incident.content)


def change_incident(user: User, intake: Intake, uuid: UUID, told: timeline.Incident, base: str) -> bool:
    """Change an incident; False, and nothing changed, when it differs from what the page was made with.

    Raises Incident.DoesNotExist when it was removed meanwhile.
    """
    return _change(user, intake, intake.incidents.all(), uuid, told, base, Code.INCIDENT_CHANGED)


def remove_incident(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove an incident from the log; nothing happens when it is gone already."""
    _remove(user, intake, intake.incidents.all(), uuid, Code.INCIDENT_REMOVED)


def add_consultation(user: User, intake: Intake, told: Consultation, uuid: UUID | None = None) -> Step:
    """Record that someone was consulted; `uuid` as for an incident."""
    row = Step(kind=Step.Kind.CONSULTATION, content=told.to_json())
    return _add(user, intake, _consultations(intake), row, uuid, Code.CONSULTATION_ADDED)


def change_consultation(user: User, intake: Intake, uuid: UUID, told: Consultation, base: str) -> bool:
    """Change a consultation, as `change_incident` does an incident. Raises Step.DoesNotExist."""
    return _change(user, intake, _consultations(intake), uuid, told, base, Code.CONSULTATION_CHANGED)


def remove_consultation(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove a consultation; nothing happens when it is gone already."""
    _remove(user, intake, _consultations(intake), uuid, Code.CONSULTATION_REMOVED)


def consultation_digest(step: Step | None) -> str:
    """What a page was made with, for one consultation."""
    return digest(step.content if step else None)


def step_digest(step: Step | None, draft: str = "") -> str:
    """What a page was made with: what was recorded of a step, None when nothing was, and its draft."""
    return f"{digest(step.content if step else None)}.{digest(draft)}"


def recorded(intake: Intake) -> dict[str, Step]:
    """What is stored of each advice and step, by its code, and of the decisions under `DECISIONS`."""
    rows = intake.steps.exclude(kind=Step.Kind.CONSULTATION)
    return {DECISIONS if row.kind == Step.Kind.DECISION else row.content["what"]: row for row in rows}


def step_key(what: str) -> str:
    """The name of a step, by the keys of `recorded`, among all that has a draft in an intake."""
    return what if what == DECISIONS else f"{_OUTCOMES} {what}"


def record_steps(
    user: User, intake: Intake, sent: Mapping[str, SentStep], page: Submission = _ON_NO_PAGE
) -> SaveResult:
    """Store what a page says came of steps, by the keys of `recorded`. The rest of the intake stays as it is.

    What someone else changed since the page was made stays as they made it, as in `save_section`. `page` says
    which page sent it, and holds what is still being written there.
    """
    keys = {what: step_key(what) for what in sent}
    submission = replace(
        page,
        base={**page.base, **{keys[what]: step.base for what, step in sent.items()}},
        posted={keys[what]: step.posted for what, step in sent.items()},
        refused=[keys[what] for what, step in sent.items() if step.is_refused],
        steps={keys[what]: _content(step) for what, step in sent.items() if not step.is_refused},
    )
    with transaction.atomic():
        intake = locked(intake)
        rows = recorded(intake)
        steps = {step_key(what): row.content for what, row in rows.items()}
        merge = Merge({**intake.content, "steps": steps}, submission)
        merge.all((), keys.values())
        if merge.is_written:
            for what in (what for what, key in keys.items() if key in merge.saved):
                _put_step(intake, what, rows.get(what), steps.get(keys[what]))
            intake.content = {part: merge.content[part] for part in intake.content}
            named = sorted({key.partition(" ")[0] for key in merge.touched})
            store(user, intake, Code.STEPS_CHANGED, named)
    return _result(intake, merge)


def _content(step: SentStep) -> dict[str, object] | None:
    return step.told.to_json() if step.told else None


def _put_step(intake: Intake, key: str, row: Step | None, content: dict[str, object] | None) -> None:
    if content is None:
        if row:
            row.delete()
        return
    kind = Step.Kind.DECISION if key == DECISIONS else Step.Kind.OUTCOME
    row = row or Step(intake=intake, kind=kind)
    row.content = content
    row.save()


def record_read(user: User, intake: Intake | None, code: Code) -> None:
    """Tell that a page showed content; of no single intake for a list."""
    with transaction.atomic():
        events.record(user, code, intake.uuid if intake else None)


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
        events.record(user, Code.DOCUMENT_MADE, intake.uuid)
    return document


def _consultations(intake: Intake) -> QuerySet[Step]:
    return intake.steps.filter(kind=Step.Kind.CONSULTATION)


def _add(user: User, intake: Intake, there: QuerySet[Row], row: Row, uuid: UUID | None, code: Code) -> Row:
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


def _change(
    user: User,
    intake: Intake,
    there: QuerySet[Row],
    uuid: UUID,
    told: timeline.Incident | Consultation,
    base: str,
    code: Code,
) -> bool:
    with transaction.atomic():
        intake = _for_row(intake, there.model)
        row = there.get(pk=uuid)
        came = verdict(row.content, told.to_json(), base)
        if came is Verdict.SAVE:
            row.content = told.to_json()
            row.save()
            store(user, intake, code, _ITEMS_OF_LOG[type(row)])
    return came is not Verdict.CONFLICT


def _remove(user: User, intake: Intake, there: QuerySet[Row], uuid: UUID, code: Code) -> None:
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
        raise Frozen
    return intake


def _for_row(intake: Intake, kind: type[Incident | Step]) -> Intake:
    """To change what was said, or what came of it: that is written down in every state."""
    return _opened(intake) if kind is Incident else locked(intake)


def store(user: User, intake: Intake, code: Code, items: Sequence[str] = ()) -> None:
    """Keep a change to a locked intake, with what lists are sorted on and the one event."""
    promote(intake, [incident.told for incident in intake.incidents.all()], intake.follow_up)
    intake.revision += 1
    intake.changed_at = timezone.now()
    intake.save()
    events.record(user, code, intake.uuid, items)


def promote(intake: Intake, incidents: Sequence[timeline.Incident], came: FollowUp) -> None:
    """Bring the columns that lists are sorted on up to date: levels, counts and days, no content."""
    summary = summarise(intake.answers, incidents, intake.on)
    intake.urgency = summary.urgency
    intake.police_urgency = summary.police_urgency
    intake.danger_signs = len(summary.danger_signs)
    intake.reassess_on = summary.reassess_on
    intake.next_due = came.next_due(intake.look_again_after)
    intake.open_steps = came.open_steps
