"""Undo that someone was given a right in a case, or that one was taken from them."""

from __future__ import annotations

from questionnaire.actions.access import describe_grant, end_in, managed_case, require_eligible
from questionnaire.actions.access_periods import PeriodChange, describe_days, period_of, store_period
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, Intake, User, sign_rights


def restore(user: User, intake: Intake, of: User, kind: Access.Kind, change: PeriodChange) -> bool:
    """Undo what `grant` or `revoke` changed; return False when it changed again. Raise as these."""
    with managed_case(user, intake) as current:
        if period_of(current.case, of, kind) != change.now:
            return False
        is_given = bool(change.before[0])
        if is_given:
            require_eligible(user, current, of, kind)
            if kind is Access.Kind.LOCKED_OUT:
                end_in(current.case, of=of)
        store_period(current.case, of, kind, change.before)
        code = EventCode.RIGHT_GIVEN if is_given else EventCode.RIGHT_TAKEN
        reason = describe_grant(kind, of.pk) + describe_days(change.before)
        event = audit_log.record(user, code, current, reason=reason, subject=of.pk)
        sign_rights(current.case, event.seq)
    return True
