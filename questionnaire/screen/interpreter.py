"""Show the questions of one intake in a second language too, for an interpreter, until it is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from questionnaire.domain import languages
from questionnaire.models import Intake

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The name of the buttons, with "on" or "off", and that of the language to choose beside the page's own.
BUTTON: Final = "_interpreter"
_CHOICE: Final = "_beside"
#: The session key of the intake whose questions are in two languages, and the second one.
_KEY: Final = "interpreter"


def language_beside(request: HttpRequest, intake: Intake) -> str:
    """Return the language beside that of the page; "" when the questions are in one language.

    When the page was switched to the language that was chosen, another one takes its place.
    """
    on = request.session.get(_KEY)
    if not isinstance(on, list) or on[0] != str(intake.uuid):
        return ""
    offered = _offered()
    return on[1] if on[1] in offered else next(iter(offered), "")


def choices() -> Sequence[tuple[str, StrPromise]]:
    """Return the languages that can stand beside that of the page, each with its name."""
    return [(code, languages.ALL[code].name) for code in _offered()]


def switch(request: HttpRequest, intake: Intake, posted: QueryDict) -> None:
    """Switch the second language on, off, or to another one, as a button of the page says."""
    is_on = posted[BUTTON] == "on"
    request.session[_KEY] = [str(intake.uuid), posted.get(_CHOICE, "")] if is_on else ""


def _offered() -> tuple[str, ...]:
    return languages.beside(get_language() or languages.DEFAULT_LANGUAGE)
