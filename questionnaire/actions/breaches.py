"""Write the register of breaches of an order, which is a part of the follow-up."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from questionnaire.actions.records import add_record, change_record, remove_record
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.models import Intake, Step, User


def add_breach(user: User, intake: Intake, breach: Breach, page_id: UUID | None = None) -> Step:
    """Add a breach. With the `page_id` that a page was made with, sending it twice adds one."""
    row = Step(kind=Step.Kind.BREACH, content=breach.to_json())
    return add_record(user, intake, stored_breaches(intake), row, page_id, EventCode.BREACH_ADDED)


def change_breach(user: User, intake: Intake, uuid: UUID, breach: Breach, base: str) -> bool:
    """Change a breach. Return False, and change nothing, when someone else changed it since `base`.

    Raise Step.DoesNotExist when it was removed.
    """
    rows, content = stored_breaches(intake), breach.to_json()
    return change_record(user, intake, rows, uuid, content, base, EventCode.BREACH_CHANGED)


def remove_breach(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove a breach; do nothing when it is gone."""
    remove_record(user, intake, stored_breaches(intake), uuid, EventCode.BREACH_REMOVED)


def stored_breaches(intake: Intake) -> QuerySet[Step]:
    """Return the rows of the register."""
    return intake.steps.filter(kind=Step.Kind.BREACH)
