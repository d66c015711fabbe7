"""Undo a move of the review, and a remark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from questionnaire.actions.transactions import lock_intake, store_change
from questionnaire.audit.event_codes import AUTHORING_CODES, EventCode
from questionnaire.domain.workflow import TRANSITIONS, Move, Relation, State
from questionnaire.models import Intake, User, sign_rights
from questionnaire.models.records_before import BEFORE, kept_before, newest_changes

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
#: When an intake was handed in, and when it came back or was signed off.
_MOMENTS: Final = ("submitted_at", "reviewed_at")
#: The kind of what an intake keeps for ten minutes of a remark that was undone.
_UNDONE_REMARK: Final = "remark"


def remove_remark(user: User, intake: Intake, remark: UUID) -> bool:
    """Take one's own remark away that nobody answered; return whether it was there.

    For ten minutes `undone_remark` has what it said.
    """
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.REVIEWER)
        row = intake.remarks.filter(pk=remark, by=user).first()
        if row is None or row.content["answer"] or intake.state != State.SUBMITTED:
            return False
        before = {
            "uuid": str(row.pk),
            "kind": _UNDONE_REMARK,
            "by": user.pk,
            "at": timezone.now().isoformat(),
            "content": {name: row.content[name] for name in ("item", "text")},
        }
        row.delete()
        intake.content[BEFORE] = newest_changes([*kept_before(intake.content), before])
        store_change(user, intake, EventCode.REMARK_REMOVED)
    return True


def undone_remark(user: User, intake: Intake) -> dict[str, str]:
    """Return the `item` and `text` of the last remark that this person undid, not to be typed again.

    Empty when there is none of the last ten minutes, or when they added one since.
    """
    kept = (each for each in kept_before(intake.content) if _is_undone_by(user, each))
    return next((each["content"] for each in reversed(list(kept))), {})


def drop_undone_remarks(user: User, intake: Intake) -> None:
    """Keep no undone remark of this person any more in the content of a locked intake."""
    if BEFORE in intake.content:
        kept = kept_before(intake.content)
        intake.content[BEFORE] = [each for each in kept if not _is_undone_by(user, each)]


def _is_undone_by(user: User, before: Mapping[str, Any]) -> bool:
    return (before["kind"], before.get("by")) == (_UNDONE_REMARK, user.pk)


def before_move(intake: Intake) -> dict[str, str]:
    """Return what a move changes of an intake, as it is before that."""
    moments = {name: getattr(intake, name) for name in _MOMENTS}
    return {
        "state": str(intake.state),
        **{name: at.isoformat() if at else "" for name, at in moments.items()},
    }


def undo_move(user: User, intake: Intake, move: Move, before: Mapping[str, Any]) -> bool:
    """Give the intake back what `before_move` said of it; for whoever may make that move.

    Return False when it has another state by now.
    """
    with transaction.atomic():
        current = lock_intake(user, intake, TRANSITIONS[move].relation)
        if current.state != TRANSITIONS[move].target:
            return False
        current.state = State(before["state"]).value
        for name in _MOMENTS:
            setattr(current, name, datetime.fromisoformat(before[name]) if before[name] else None)
        sign_rights(current.case, store_change(user, current, _UNDONE[move], [_BY_UNDO]).seq)
    return True
