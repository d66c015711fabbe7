"""Lock an intake, and store a change to it with its list columns and its one audit event.

The caller opens the transaction, so that all of this is stored or nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import Incident
from questionnaire.domain.merge import Merge
from questionnaire.domain.summary import summarise
from questionnaire.domain.workflow import ClosedIntakeError, Relation
from questionnaire.models import Event, Intake, User, lock_case
from questionnaire.permissions import relations_of


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The intake as it is now, what was saved, and what someone else had changed meanwhile.

    `bases` are the fingerprints that the page is based on from now on, by item, text, step and draft.
    """

    intake: Intake
    saved: tuple[str, ...]
    conflicts: tuple[str, ...]
    bases: Mapping[str, str]

    @classmethod
    def of(cls, intake: Intake, merge: Merge) -> SaveResult:
        """Return the result of a merge that was stored in the intake."""
        return cls(intake, tuple(merge.saved), tuple(merge.conflicts), merge.bases)


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
    rows = Intake.objects.visible_to(user).select_related("team", "author")
    current = rows.select_for_update(of=("self",)).filter(pk=intake.pk, case=case).first()
    if current is None:
        raise PermissionDenied
    current.case = case
    if relation and relation not in relations_of(user, current):
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
    update_list_columns(intake, intake.incident_log, intake.follow_up)
    intake.revision += 1
    intake.changed_at = timezone.now()
    intake.save()
    return audit_log.record(user, code, intake, items)


def update_list_columns(intake: Intake, incidents: Sequence[Incident], follow_up: FollowUp) -> None:
    """Set the columns that lists are sorted on: levels, counts and days, no content. Saves nothing."""
    summary = summarise(intake.answers, incidents, intake.on)
    intake.urgency = summary.urgency
    intake.police_urgency = summary.police_urgency
    intake.danger_signs = len(summary.danger_signs)
    intake.rules_version = RULES_VERSION
    intake.reassess_on = summary.reassess_on
    intake.next_due = follow_up.next_due(intake.reassessment_due)
    intake.open_steps = follow_up.open_steps
