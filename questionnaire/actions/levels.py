"""Bring the levels that lists are sorted by up to date with the rules of now, after an upgrade.

What was signed off keeps the level with which it was signed, in columns of its own. Nothing else changes: no
answer, no event, no time of the last change.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import OperationalError, transaction

from questionnaire.actions.transactions import update_list_columns
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.workflow import State
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Intake, TamperedCaseError, User, lock_case, stored_state

_BATCH_SIZE: Final = 200
_COLUMNS: Final = (
    *("urgency", "police_urgency", "danger_signs", "reassess_on", "next_due", "open_steps"),
    *("keeps_level", "rules_version", "signed_urgency", "signed_rules_version"),
)


@dataclass(frozen=True, slots=True)
class Updated:
    """How many intakes got their levels by the rules of now, and which could not be read."""

    count: int
    refused: tuple[UUID, ...]


def update_levels(most: int | None = None) -> Updated:
    """Compute the levels of every intake that has them of earlier rules, or try `most` of these.

    What is left, or interrupted, is for the next time. One that is refused counts as tried: it may have
    waited for a lock, and who asked waits for all of them.
    An intake that does not open, or whose rights were changed outside the program, keeps what it has. So does
    one in whose case someone writes for too long.
    """
    count, refused, last = 0, list[UUID](), None
    while batch := _older_than_these_rules(after=last)[
        : None if most is None else most - count - len(refused)
    ]:
        for pk, case in batch:
            try:
                _update(pk, case)
                count += 1
            except (TamperedCaseError, SealError, InvalidInputError, OperationalError):
                refused.append(pk)
        last = batch[-1][0]
    return Updated(count, tuple(refused))


def record_told(user: User) -> None:
    """Record that this person was told how levels changed, so that no page tells it again."""
    user.rules_told = RULES_VERSION
    user.save(update_fields=["rules_told"])


def forget_told(user: User, before: int) -> None:
    """Record that this person was told of the levels by an earlier edition of the rules alone."""
    user.rules_told = before
    user.save(update_fields=["rules_told"])


def differing_columns(intake: Intake) -> list[str]:
    """Return the columns for lists that do not follow from what is stored by these rules. Raise SealError.

    None of an intake that an earlier edition of the rules wrote: `update_levels` brings it up to date.
    """
    if intake.rules_version != RULES_VERSION:
        return []
    stored = {name: getattr(intake, name) for name in _COLUMNS}
    update_list_columns(intake, intake.incident_log, intake.follow_up)
    return [name for name, value in stored.items() if getattr(intake, name) != value]


def _older_than_these_rules(after: UUID | None) -> list[tuple[UUID, UUID]]:
    rows = Intake.objects.filter(rules_version__lt=RULES_VERSION).order_by("pk").values_list("pk", "case_id")
    return list((rows.filter(pk__gt=after) if after else rows)[:_BATCH_SIZE])


def _update(pk: UUID, case_id: UUID) -> None:
    with transaction.atomic():
        case = lock_case(case_id)
        intake = Intake.objects.select_for_update().get(pk=pk)
        intake.case = case
        if intake.previous_id:  # first, as this one may keep its level
            before = Intake.objects.filter(pk=intake.previous_id, rules_version__lt=RULES_VERSION)
            with suppress(Intake.DoesNotExist, SealError, InvalidInputError):
                _update(*before.values_list("pk", "case_id").get())
        columns = [*_COLUMNS]
        if intake.state == State.SIGNED_OFF and intake.signed_urgency is None:
            intake.signed_urgency, intake.signed_rules_version = intake.urgency, intake.rules_version
            stored_state.note(intake, *stored_state.LEVEL_AT_SIGN_OFF)
            columns.append("content")
        update_list_columns(intake, intake.incident_log, intake.follow_up)
        intake.save(update_fields=columns)
