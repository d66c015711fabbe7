"""Undo a move of the review, and a remark."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from questionnaire.actions.transactions import lock_intake, store_change
from questionnaire.audit.event_codes import AUTHORING_CODES, EventCode
from questionnaire.domain.workflow import TRANSITIONS, Move, Relation, State
from questionnaire.models import Intake, User, sign_rights

#: The events after which a move, or a remark, is not undone any more.
AFTER_A_MOVE: Final = AUTHORING_CODES | {
    EventCode.INTAKE_SUBMITTED,
    EventCode.INTAKE_WITHDRAWN,
    EventCode.INTAKE_RETURNED,
    EventCode.INTAKE_SIGNED_OFF,
    EventCode.REMARK_ADDED,
}
#: What is recorded when one of these moves is undone.
_UNDONE: Final = {
    Move.SUBMIT: EventCode.INTAKE_WITHDRAWN,
    Move.WITHDRAW: EventCode.INTAKE_SUBMITTED,
    Move.RETURN: EventCode.INTAKE_WITHDRAWN,
}
#: What an event has as its item when a move was undone.
_BY_UNDO: Final = "undo"


def remove_remark(user: User, intake: Intake, remark: UUID) -> bool:
    """Take one's own remark away that nobody answered; return whether it was there."""
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.REVIEWER)
        row = intake.remarks.filter(pk=remark, by=user).first()
        if row is None or row.content["answer"] or intake.state != State.SUBMITTED:
            return False
        row.delete()
        store_change(user, intake, EventCode.REMARK_REMOVED)
    return True


def undo_move(user: User, intake: Intake, move: Move, state: str) -> bool:
    """Give the intake the state back that it had before a move; for whoever may make that move.

    Return False when it has another state by now.
    """
    with transaction.atomic():
        current = lock_intake(user, intake, TRANSITIONS[move].relation)
        if current.state != TRANSITIONS[move].target:
            return False
        current.state = State(state).value
        if move is not Move.RETURN:
            current.submitted_at = timezone.now() if move is Move.WITHDRAW else None
        current.reviewed_at = None
        sign_rights(current.case, store_change(user, current, _UNDONE[move], [_BY_UNDO]).seq)
    return True
