"""Lock an intake, and store a change to it with its list columns and its one audit event.

The caller opens the transaction, so that all of this is stored or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import NOT_REACHED
from questionnaire.domain.merge import Merge
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.workflow import ClosedIntakeError, Relation, State
from questionnaire.models import (
    AccessScope,
    Case,
    Event,
    Intake,
    User,
    lock_case,
    parsed_follow_up,
    stored_intake,
    stored_state,
)
from questionnaire.models.records_before import BEFORE, kept_before
from questionnaire.permissions import relations_of
from questionnaire.queries.organisation import terms_for

_LEVEL_COLUMNS: Final = ("urgency", "police_urgency", "danger_signs", "reassess_on")


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The intake as it is now, what was saved, and what someone else had changed meanwhile.

    `bases` are the fingerprints that the page is based on from now on, by item, text, step and draft.
    `summary` is that of the answers as they are now, where saving them took making it.
    """

    intake: Intake
    saved: tuple[str, ...]
    conflicts: tuple[str, ...]
    bases: Mapping[str, str]
    summary: Summary | None = None

    @classmethod
    def of(cls, intake: Intake, merge: Merge, summary: Summary | None = None) -> Self:
        """Return the result of a merge that was stored in the intake."""
        return cls(intake, tuple(merge.saved), tuple(merge.conflicts), merge.bases, summary)


def lock_case_of(intake: Intake) -> Intake:
    """Lock the case of an intake to change rights in it; return the intake as it is stored now.

    Raise TamperedCaseError.
    """
    case = lock_case(intake.case_id)
    current = Intake.objects.select_related("author", "team").defer("content").get(pk=intake.pk, case=case)
    current.case = case
    return current


def lock_intake(user: User, intake: Intake, relation: Relation | None = None) -> Intake:
    """Return the intake as it is stored now; nobody else writes to it until the transaction ends.

    Rights are asked again here, as they can have changed since the request began: raise PermissionDenied for
    someone who may not read the intake, or has not this relation to it, and TamperedCaseError.
    """
    case = lock_case(intake.case_id)  # before the intake, as whoever changes rights does
    current, scope = stored_intake(intake.pk, lock=True), AccessScope.of(user)
    if current is None or current.case_id != case.pk or not scope.can_read(current):
        raise PermissionDenied
    current.case = case
    if relation and relation not in relations_of(user, current, scope):
        raise PermissionDenied
    return current


def lock_open_intake(user: User, intake: Intake) -> Intake:
    """Lock an intake to change its answers or incidents. Raise ClosedIntakeError when it is closed."""
    current = lock_intake(user, intake, Relation.AUTHOR)
    if not current.is_open:
        raise ClosedIntakeError
    return current


def store_change(user: User, intake: Intake, code: EventCode, items: Sequence[str] = ()) -> Event:
    """Store a change to a locked intake: its content, its list columns, and the one audit event."""
    log, steps = intake.log_rows(), intake.step_rows()
    update_list_columns(intake, intake.parsed_log(log), parsed_follow_up(steps))
    _store(intake, [*log, *steps])
    return audit_log.record(user, code, intake, items, details={"revision": intake.revision})


def store_answers(user: User, intake: Intake, summary: Summary, page_id: str) -> Event:
    """Store a change to the answers alone, with their summary: what follows from its follow-up stays.

    Of a page that saves itself the event of the last minute, which names the page, is enough.
    """
    due = intake.reassessment_due
    _set_levels(intake, summary)
    if intake.reassessment_due != due:
        intake.next_due = intake.follow_up.next_due(intake.reassessment_due)
    _store(intake)
    return audit_log.record_once_a_minute(user, EventCode.INTAKE_CHANGED, intake, [page_id])


def _store(intake: Intake, rows: Iterable[Any] | None = None) -> None:
    intake.revision += 1
    intake.changed_at = timezone.now()
    stored_state.remember(intake, rows)
    if BEFORE in intake.content:
        intake.content[BEFORE] = kept_before(intake.content)
    intake.save()
    if intake.is_followed:
        _update_kept_level(intake)


def update_open_intakes(case: Case, but: Intake) -> None:
    """Bring the other assessments of a case up to date with its log; one that was signed off keeps its own.

    Whoever reviews one of them has to look again: its revision rises.
    """
    others = case.intakes.select_for_update().exclude(state=State.SIGNED_OFF).exclude(pk=but.pk)
    for intake in others.order_by("pk"):
        intake.case = case
        log, steps = intake.log_rows(), intake.step_rows()
        update_list_columns(intake, intake.parsed_log(log), parsed_follow_up(steps))
        intake.revision += 1
        stored_state.remember(intake, [*log, *steps])
        intake.save()


def update_list_columns(intake: Intake, incidents: Sequence[Incident], follow_up: FollowUp) -> None:
    """Set the columns that lists are sorted on: levels, counts and days, no content. Saves nothing."""
    _set_levels(intake, summarise(intake.answers, incidents, intake.on))
    intake.next_due = follow_up.next_due(intake.reassessment_due)
    intake.open_steps = follow_up.open_steps


def _set_levels(intake: Intake, summary: Summary) -> None:
    """Set the levels, and the day of the reassessment by the terms of its team as they are now.

    The summary may be of before the lock, so its own day does not count. A new assessment that was not asked
    through yet does not lower the level of its case, or put off its date, until it is signed off. Nor does an
    incident that cannot be read any more, as it may have happened many times.
    """
    intake.urgency = summary.urgency
    intake.police_urgency = summary.police_urgency
    intake.danger_signs = len(summary.danger_signs)
    intake.rules_version = RULES_VERSION
    intake.reassess_on = terms_for(intake).reassess_on(intake.on, summary.urgency)
    intake.keeps_level = False
    if any(incident.is_unreadable for incident in summary.incidents):
        for stored in Intake.objects.only(*_LEVEL_COLUMNS).filter(pk=intake.pk):
            _raise_level(intake, stored)
    if intake.previous_id and intake.state != State.SIGNED_OFF and not is_asked_through(summary):
        _keep_level(intake, intake.previous_id)


def is_asked_through(summary: Summary) -> bool:
    """Return whether every question that must be asked has an answer, or says why it has none."""
    return not any(each.must_ask and each.state == NOT_REACHED for each in summary.open_questions)


def _keep_level(intake: Intake, previous_id: UUID) -> None:
    """Keep the level and the day of the reassessment of the assessment before, where its own are lower."""
    previous = Intake.objects.only(*_LEVEL_COLUMNS).get(pk=previous_id)
    own = _level_of(intake)
    _raise_level(intake, previous)
    intake.keeps_level = _level_of(intake) != own


def _raise_level(intake: Intake, other: Intake) -> None:
    """Set the level and the day of the reassessment of another intake, where its own are lower."""
    intake.urgency = max(intake.urgency, other.urgency)
    intake.police_urgency = max(intake.police_urgency, other.police_urgency)
    intake.danger_signs = max(intake.danger_signs, other.danger_signs)
    intake.reassess_on = min(intake.reassess_on, other.reassess_on)


def _update_kept_level(previous: Intake) -> None:
    """Bring the next assessment up to date, which may keep the level of this one."""
    for intake in previous.next.select_for_update().exclude(state=State.SIGNED_OFF).order_by("pk"):
        intake.case = previous.case
        update_list_columns(intake, intake.incident_log, intake.follow_up)
        intake.save(update_fields=["keeps_level", "next_due", *_LEVEL_COLUMNS])


def _level_of(intake: Intake) -> tuple[object, ...]:
    return tuple(getattr(intake, column) for column in _LEVEL_COLUMNS)
