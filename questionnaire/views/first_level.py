"""Say of a conversation in which nothing was asked that it has no level to show yet, and no date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.models import Intake

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_NOTHING_ASKED = _("Nothing asked yet")


def is_nothing_asked(intake: Intake) -> bool:
    """Return whether no question was asked yet and nothing else gave a level.

    What the client does not know or does not want to tell was asked. A level that is kept from before is
    never hidden, nor one above the lowest, such as that of a log.
    """
    has_lowest = intake.urgency == Urgency.FOLLOW and not intake.keeps_level
    return intake.is_open and has_lowest and not intake.content["answers"]


def level_words(intake: Intake, level: Urgency) -> tuple[StrPromise | str, str]:
    """Return the words for this level, and its code; without a code where nothing was asked."""
    return (_NOTHING_ASKED, "") if is_nothing_asked(intake) else (level.label, level.code)


def due_shown(intake: Intake, due: date | None) -> date | None:
    """Return the next date of a case; none while it is only that of assessing again what nobody asked."""
    return None if due == intake.reassessment_due and is_nothing_asked(intake) else due
