"""Put back what an entry of the follow-up said before."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from questionnaire.actions.follow_up import step_key, stored_steps
from questionnaire.actions.transactions import lock_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.earlier_versions import EARLIER_STEPS, keep, typed, versions_of
from questionnaire.domain.workflow import Relation
from questionnaire.models import Intake, Step, User


def restore_step(user: User, intake: Intake, key: str, number: int) -> bool:
    """Put an earlier version of an entry back; return whether there is one.

    `key` and `number` are those of `domain.earlier_versions`. What it says now becomes an earlier version.
    """
    with transaction.atomic():
        current = lock_intake(user, intake, Relation.AUTHOR)
        versions = versions_of(current.content, EARLIER_STEPS, key)
        if not 0 <= number < len(versions):
            return False
        row = row_of(current, key)
        if row.content and typed(row.content):
            keep(current.content, EARLIER_STEPS, key, row.content, timezone.now())
        row.content = versions[number][1]
        row.save()
        # Without the code of the step: it would give away what was answered.
        store_change(user, current, EventCode.TEXT_RESTORED, [key.partition(" ")[0]])
    return True


def row_of(intake: Intake, key: str) -> Step:
    """Return the row of the entry with this key, or one for it that is not stored when it is gone."""
    kind, _space, name = key.partition(" ")
    if kind in (Step.Kind.CONSULTATION, Step.Kind.BREACH):
        uuid = UUID(name)
        row = intake.steps.filter(pk=uuid, kind=kind).first()
        return row or Step(uuid=uuid, intake=intake, kind=kind, content=None)
    rows = {step_key(code): step for code, step in stored_steps(intake).items() if isinstance(step, Step)}
    is_outcome = bool(name)
    new = Step(intake=intake, kind=Step.Kind.OUTCOME if is_outcome else Step.Kind.DECISION, content=None)
    return rows.get(key, new)
