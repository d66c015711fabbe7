"""Show once more what someone asked before they showed that it is them, with a button that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, resolve
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.access import colleagues
from questionnaire.domain.parsing import is_row_id
from questionnaire.models import Intake, User
from questionnaire.permissions import TABLE, enforce, user_of
from questionnaire.screen import asked as asked_posts
from questionnaire.screen.asked import CONFIRMED_FIELD
from questionnaire.views.colleagues import GRANTABLE
from questionnaire.views.confirming import QUESTIONS, Question
from questionnaire.views.pending_words import words_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Controls = MultiValueDict[str, str]

#: What a post to one of these URL names asks; to any other page a sentence says less.
_LABELS: Final[Mapping[str, StrPromise]] = {
    "shield": gettext_lazy("Shield this case, or ask to lift that"),
    "hand_over": gettext_lazy("Hand over"),
    "seen": gettext_lazy("Say that you have seen an opening"),
    "open": gettext_lazy("Open with a reason"),
    "person": gettext_lazy("Change an account"),
    "second_person": gettext_lazy("Answer what waits for a second person"),
    "undo": gettext_lazy("Undo"),
}
_OTHER: Final = gettext_lazy("What you asked")


def asked(request: HttpRequest) -> HttpResponse:
    """Show the post that waits in this session; its button sends it. Without one, go to the first page."""
    user = user_of(request)
    post = asked_posts.read(request, user)
    if post is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    match = resolve(post.path.partition("?")[0])
    enforce(TABLE[match.view_name]["POST"], request, user, match.kwargs)
    intake: Intake | None = getattr(request, "intake", None)
    posted: Controls = MultiValueDict()
    for name, value in post.controls:
        posted.appendlist(name, value)
    is_asked_first = match.view_name in QUESTIONS and CONFIRMED_FIELD not in posted
    question = QUESTIONS.get(match.view_name) or Question(_label(match, posted, intake), (), _("Do this"))
    context = {
        "question": question.text,
        "lost": question.lost,
        "button": question.button,
        "action": post.path,
        "back": post.back,
        "intake": intake,
        "typed": words_of(match, posted, intake),
        "controls": [*post.controls, *([(CONFIRMED_FIELD, "1")] if is_asked_first else [])],
        "is_asked_before": True,
    }
    return render(request, "confirm.html", context)


def _label(match: ResolverMatch, posted: Controls, intake: Intake | None) -> str:
    """Return what was asked, with the name of the colleague whom it is about."""
    label = str(_LABELS.get(match.view_name, _OTHER))
    if match.view_name == "access":
        label = _of_access(posted) or label
    elif match.view_name == "person":
        label = _of_person(posted.get("do", "")) or label
    colleague = _colleague(posted.get("person") or posted.get("to") or "", intake)
    return f"{label}: {colleague}" if colleague else label


def _of_access(posted: Controls) -> str:
    """Return what a button of the page with who may see a case does."""
    for kind, give, take in GRANTABLE:
        if posted.get("give") == kind:
            return str(give)
        if posted.get("take") == kind:
            return str(take)
    return ""


def _of_person(button: str) -> str:
    """Return what a button of the page of an account does."""
    return {"close": _("Close the account"), "open": _("Open the account again")}.get(button, "")


def _colleague(key: str, intake: Intake | None) -> User | None:
    """Return the colleague with this id, among those whom the page of the case shows."""
    return colleagues(intake).filter(pk=key).first() if intake and is_row_id(key) else None
