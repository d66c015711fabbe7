"""Ask first what cannot be undone: one page that names what is lost, and sends the same post once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from questionnaire.screen.asked import CONFIRMED_FIELD

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_NOT_SENT: Final = "csrfmiddlewaretoken"
#: The button that says no on a page with words: a link would drop these.
_NOT_NOW: Final = "_not_now"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what is lost by it, and the label of the button that says yes."""

    text: StrPromise | str
    lost: Sequence[StrPromise | str]
    button: StrPromise | str


#: What is asked before a post to one of these URL names does anything.
QUESTIONS: Final[Mapping[str, Question]] = {
    "sign_off": Question(
        _("Sign off this conversation?"),
        (
            _("Its answers and its PDF are closed for good. You cannot undo this."),
            _("What was removed or changed before can then not be put back."),
            _("It does not close the case."),
        ),
        _("Yes, sign off"),
    ),
    "correct": Question(
        _("Start a correction?"),
        (
            _("A new version begins with the same answers. You cannot undo this."),
            _("The version that was signed off stays as it is."),
        ),
        _("Yes, start it"),
    ),
    "sessions": Question(
        _("Sign out there?"),
        (
            _("Whoever works there has to sign in again. You cannot undo this."),
            _("What was typed there and is not saved yet can be lost."),
        ),
        _("Yes, sign out there"),
    ),
    "kept": Question(
        _("Throw this away?"),
        (_("It is then gone for good. Nobody can bring it back."),),
        _("Yes, throw it away"),
    ),
}


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether this post comes from the page that asks, and someone said yes there."""
    return CONFIRMED_FIELD in request.POST


def is_put_off(request: HttpRequest) -> bool:
    """Return whether this post comes from the page that asks, and someone said not now there."""
    return _NOT_NOW in request.POST


def ask(
    request: HttpRequest,
    question: Question,
    back: str,
    typed: Sequence[Any] = (),
    unstored: BoundField | None = None,
    put_off: str = "",
) -> HttpResponse:
    """Return the page that asks. It sends what was posted once more; `back` says no.

    `typed` are the words that it is about, to show. `unstored` is a field whose words go along, can still be
    changed, and are posted by the button that says no too: to `put_off`, which asks nobody who they are.
    """
    not_sent = {_NOT_SENT, unstored.html_name if unstored else ""}
    posted = {name: request.POST.getlist(name) for name in request.POST if name not in not_sent}
    posted |= {CONFIRMED_FIELD: ["1"]}
    context = {
        "question": question.text,
        "lost": question.lost,
        "button": question.button,
        "action": request.get_full_path(),
        "back": back,
        "undo_back": back,
        "intake": getattr(request, "intake", None),
        "typed": typed,
        "unstored": unstored,
        "put_off": put_off,
        "controls": [(name, value) for name, values in posted.items() for value in values],
    }
    return render(request, "confirm.html", context)
