"""Agree as the second person, or go on without one: then what waited is done, or can be done by command."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions import access
from questionnaire.actions.memberships import (
    ProvidedRolesError,
    RoleConflictError,
    add_membership,
    are_compatible,
    grant_role,
)
from questionnaire.actions.proposals import Kind, State, ask, locked, may_ask, move
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Intake, Membership, Proposal, User
from questionnaire.queries.proposals import gone_alone_for, may_agree, may_go_alone

#: Why what was asked cannot be done any more.
_REFUSALS: Final = (PermissionDenied, RoleConflictError, ProvidedRolesError, access.LastManagerError)


def ask_to_lift(user: User, intake: Intake) -> Proposal | None:
    """Ask a second person to agree that the shield of a case is lifted; None when it has none.

    Raise PermissionDenied for who does not manage access to it, and TamperedCaseError.
    """
    with access.managed_case(user, intake) as current:
        if not current.case.shielded:
            return None
        return ask(user, Kind.SHIELD, current.team, intake=current)


def agree(user: User, pk: UUID) -> Proposal:
    """Agree as the second person; a role is given and a shield lifted at once, by who asked.

    Return what the proposal is now: unchanged when it was decided before, and lapsed when who asked may not
    do it any more. Raise PermissionDenied for who may not agree, and TamperedCaseError.
    """
    with locked(pk) as row:
        if not may_agree(user, row):
            raise PermissionDenied
        if row.state != State.WAITING:
            return row
        if row.kind in (Kind.ERASE, Kind.EXPORT):
            move(row, State.AGREED if may_ask(row) else State.LAPSED, user)
            return row
        try:
            with transaction.atomic():
                move(row, State.AGREED, user)
                _do(row)
                move(row, State.DONE, None, by=row.asked_by)
        except _REFUSALS:
            row.refresh_from_db()
            move(row, State.LAPSED, user)
    return row


def go_on_alone(user: User, pk: UUID, reason: str) -> Proposal:
    """Do what one asked without a second person; its event has the reason, and others are shown it.

    Return what the proposal is now. Raise PermissionDenied where nobody goes on alone.
    """
    with locked(pk) as row:
        if row.asked_by_id != user.pk:
            raise PermissionDenied
        if row.state != State.WAITING:
            return row
        if not may_go_alone(row):
            raise PermissionDenied
        move(row, State.ALONE, None, by=user, reason=reason)
        _do(row)
    return row


def go_on_by_command(row: Proposal) -> bool:
    """Give a role that a command asked, where nobody could agree; return whether that was so.

    The caller opened the transaction in which it was asked.
    """
    if not may_go_alone(row):
        return False
    move(row, State.ALONE, None)
    _do(row)
    return True


def _do(row: Proposal) -> None:
    """Do what was asked, with the rights that whoever asked has now."""
    if row.kind == Kind.SHIELD and row.asked_by:
        intake = Intake.objects.filter(pk=row.intake, case=row.case).first() if row.intake else None
        if intake is None:
            raise PermissionDenied
        access.shield(row.asked_by, intake, is_shielded=False)
    elif row.kind == Kind.ROLE and row.subject:
        role = Membership.Role(row.what)
        if row.asked_by:
            grant_role(row.asked_by, row.team, row.subject, role)
        else:
            _give_by_command(row.subject, row, role)


def _give_by_command(to: User, row: Proposal, role: Membership.Role) -> None:
    if not are_compatible([role, *(each.role for each in to.memberships.in_force())]):
        raise RoleConflictError
    add_membership(None, to, row.team, role)


def see_alone(user: User, pk: UUID) -> bool:
    """Record that this person saw that someone went on alone; return whether they were to see it."""
    with transaction.atomic():
        found = next((each for each in gone_alone_for(user) if each.pk == pk), None)
        if found is None:
            return False
        details = {"proposal": str(pk)}
        intake = Intake.objects.filter(pk=found.intake).first() if found.intake else None
        audit_log.record(user, EventCode.ALONE_SEEN, intake, details=details, in_own_chain=True)
    return True
