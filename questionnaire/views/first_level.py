"""Say of a conversation in which nothing was saved that it has no level to show yet.

Its date stands: by then somebody has to look at what was begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.models import Intake

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_NOTHING_ASKED = _("Nothing asked yet")


def is_untouched(intake: Intake) -> bool:
    """Return whether nothing was saved in a conversation yet, and nothing else gave it a level.

    By columns in clear, so that lists tell the same as the page itself. A level that is kept from before is
    never hidden, nor one above the lowest, such as that of a log.
    """
    has_lowest = intake.urgency == Urgency.FOLLOW and not intake.keeps_level
    return intake.is_open and has_lowest and not intake.revision


def level_words(intake: Intake, level: Urgency) -> tuple[StrPromise | str, str]:
    """Return the words for this level, and its code; without a code where nothing was asked."""
    return (_NOTHING_ASKED, "") if is_untouched(intake) else (level.label, level.code)
