"""Ask for what takes two people, and record what became of it: refused, withdrawn, lapsed or carried out.

`actions.agreeing` lets a second person agree. Every change locks what a proposal is about first, a case or an
account, and then its row: so two who decide at once wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_kinds import CHANGING_A_CASE
from questionnaire.models import (
    Case,
    Event,
    Intake,
    Proposal,
    Team,
    User,
    lock_case,
    lock_proposal,
    memberships_of,
)
from questionnaire.models.proposals import PERIOD
from questionnaire.queries.proposals import DAYS_SHOWN, may_agree

Kind: Final = Proposal.Kind
State: Final = Proposal.State
_CODES: Final = {
    State.AGREED: EventCode.PROPOSAL_AGREED,
    State.REFUSED: EventCode.PROPOSAL_REFUSED,
    State.WITHDRAWN: EventCode.PROPOSAL_WITHDRAWN,
    State.LAPSED: EventCode.PROPOSAL_LAPSED,
    State.DONE: EventCode.PROPOSAL_CARRIED_OUT,
    State.ALONE: EventCode.PROPOSAL_ALONE,
}
#: A decision, in these states, is that of a second person.
_DECIDED: Final = frozenset({State.AGREED, State.REFUSED})


def ask(
    by: User | None,
    kind: Proposal.Kind,
    team: Team,
    *,
    intake: Intake | None = None,
    subject: User | None = None,
    what: str = "",
    reason: str = "",
) -> Proposal:
    """Ask a second person to agree; whoever calls this has checked that `by` may ask.

    What waits or was agreed already is returned as it is. Raise TamperedCaseError.
    """
    case = intake.case_id if intake else None
    about = {"kind": kind, "team": team, "case": case, "subject": subject, "what": what}
    if kind in (Kind.ERASE, Kind.EXPORT):
        about |= {"asked_by": by}
    if kind is Kind.ERASE and intake:
        about |= {"intake": intake.pk}
    with transaction.atomic():
        lock_about(case, subject)
        for row in open_proposals(**about):
            return row
        now = timezone.now()
        proposal = Proposal(
            **about | {"asked_by": by, "intake": intake.pk if intake else None},
            asked_at=now,
            until=now + PERIOD,
        )
        event = _record(by, EventCode.PROPOSAL_ASKED, proposal, reason)
        proposal.asked_event = proposal.event = event.seq
        proposal.save(force_insert=True)
    return proposal


def open_proposals(**about: Any) -> Iterator[Proposal]:
    """Yield the proposals about this that wait or were agreed. Record of those that are over that they are.

    The caller locked what they are about.
    """
    for row in Proposal.objects.filter(state__in=Proposal.OPEN_STATES, **about).in_force():
        if row.is_over:
            move(row, State.LAPSED, None)
        else:
            yield row


def refuse(user: User, pk: UUID) -> Proposal:
    """Refuse as the second person. Return what the proposal is now, also when it was decided before.

    Raise PermissionDenied or TamperedCaseError.
    """
    with locked(pk) as row:
        if not may_agree(user, row):
            raise PermissionDenied
        if row.state == State.WAITING:
            move(row, State.REFUSED, user)
    return row


def withdraw(user: User, pk: UUID) -> Proposal:
    """Take back what one asked; return what the proposal is now. Raise PermissionDenied."""
    with locked(pk) as row:
        if row.asked_by_id != user.pk:
            raise PermissionDenied
        if row.state in Proposal.OPEN_STATES:
            move(row, State.WITHDRAWN, user)
    return row


def carry_out(by: User, kind: Proposal.Kind, intake: Intake, what: str = "") -> Proposal | None:
    """Use up what was agreed for this person; None when nothing that was agreed holds.

    Call it in the transaction of what it lets through. What was agreed holds for this case and this `what`
    alone, until something in it is changed, and as long as both people could still ask and agree. Raise
    TamperedCaseError.
    """
    lock_case(intake.case_id)
    about: dict[str, Any] = {"kind": kind, "case": intake.case_id, "what": what, "asked_by": by}
    if kind is Kind.ERASE:
        about |= {"intake": intake.pk}
    for row in list(open_proposals(**about)):
        if row.state != State.AGREED:
            continue
        if _holds(row):
            move(row, State.DONE, None, by=by)
            return row
        move(row, State.LAPSED, None)
    return None


def _holds(row: Proposal) -> bool:
    changes = Event.objects.filter(case=row.case, code__in=CHANGING_A_CASE, seq__gt=row.event)
    if row.kind == Kind.ERASE:
        changes = changes.filter(intake=row.intake)
    return (
        may_ask(row)
        and row.decided_by is not None
        and may_agree(row.decided_by, row)
        and not changes.exists()
    )


def may_ask(row: Proposal) -> bool:
    """Return whether who asked to erase or copy a case is still in its team, with an open account."""
    return row.asked_by is not None and is_in_team(row.asked_by, row.team_id)


def is_in_team(user: User, team: int) -> bool:
    """Return whether this person has a role in the team now."""
    return any(row.team_id == team for row in memberships_of(user))


def lapse_those_over() -> int:
    """Record of each proposal that nobody decided or used in time that it is over; return how many.

    Drop those that ended longer ago than pages show them: the events stay.
    """
    count = 0
    over = Proposal.objects.filter(state__in=Proposal.OPEN_STATES, until__lte=timezone.now())
    for pk in list(over.values_list("pk", flat=True)):
        with suppress(PermissionDenied), locked(pk) as row:  # not of a case that something else changed
            count += row.state == State.LAPSED
    ended = Proposal.objects.exclude(state__in=Proposal.OPEN_STATES)
    ended.filter(until__lt=timezone.now() - timedelta(days=DAYS_SHOWN)).delete()
    return count


@contextmanager
def locked(pk: UUID) -> Iterator[Proposal]:
    """Lock what a proposal is about, and the proposal. Raise PermissionDenied for one that does not count."""
    with transaction.atomic():
        about = Proposal.objects.filter(pk=pk).first()
        if about is None:
            raise PermissionDenied
        lock_about(about.case, about.subject)
        row = lock_proposal(pk)
        if row is None or (row.case, row.subject_id) != (about.case, about.subject_id):
            raise PermissionDenied
        if row.is_over:
            move(row, State.LAPSED, None)
        yield row


def lock_about(case: UUID | None, subject: User | None) -> None:
    """Lock the case or account that a proposal is about, if it is still there. Raise TamperedCaseError."""
    if case:
        try:
            lock_case(case)
        except Case.DoesNotExist:
            return
    elif subject:
        User.objects.select_for_update(no_key=True).get(pk=subject.pk)


def move(
    row: Proposal, state: Proposal.State, second: User | None, *, by: User | None = None, reason: str = ""
) -> None:
    """Bring a locked proposal into another state, with its event by `by`, or else by the second person."""
    row.state = state
    if state in _DECIDED:
        row.decided_by, row.decided_at = second, timezone.now()
    if state is State.AGREED:
        row.until = timezone.now() + PERIOD
    row.event = _record(by or second, _CODES[state], row, reason).seq
    row.save(force_update=True)


def _record(by: User | None, code: EventCode, row: Proposal, reason: str = "") -> Event:
    """Record an event about a proposal: in the chain of its case, or of the account that gets the role."""
    details = {"proposal": str(row.pk), "kind": str(row.kind), "team": row.team_id}
    if row.what:
        details["role" if row.kind == Kind.ROLE else "what"] = row.what
    intake = Intake.objects.filter(pk=row.intake).defer("content").first() if row.intake else None
    return audit_log.record(by, code, intake, reason=reason, subject=row.subject_id, details=details)
