"""Show what waits for a second person and what became of it; let people agree, refuse, or go on alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import agreeing, proposals
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import format_date
from questionnaire.domain.text import escape_controls
from questionnaire.forms.access import AloneForm
from questionnaire.lifecycle.copies import Copy
from questionnaire.models import Membership, Proposal, Team, User
from questionnaire.permissions import user_of
from questionnaire.queries.proposals import Alone, Asked, asked_by, gone_alone_for, waiting_for
from questionnaire.views.confirming import Question, ask, is_confirmed
from questionnaire.views.copy_preview import preview_url
from questionnaire.views.feedback import done, refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Kind: Final = Proposal.Kind
State: Final = Proposal.State
#: What each copy of a case is, by what an export calls it.
_COPIES: Final[Mapping[str, StrPromise]] = {
    Copy.WHOLE: gettext_lazy("Make a copy of a whole case, with everything in it."),
    Copy.CLIENT: gettext_lazy("Make the copy of a case for the client, without others and own notes."),
    Copy.PERSON: gettext_lazy("Make the copy for the person whom a case is about, and who asks by law."),
    Copy.AUTHORITY: gettext_lazy("Make the copy of a case for an authority that demands it by law."),
}
#: What is said after an answer, by what became of it.
_SAID: Final[Mapping[str, StrPromise]] = {
    State.AGREED: gettext_lazy("You agreed. Who asked can do it now, within seven days."),
    State.DONE: gettext_lazy("You agreed, and it is done."),
    State.REFUSED: gettext_lazy("You refused. Nothing is changed."),
    State.WITHDRAWN: gettext_lazy("It is taken back. Nothing is changed."),
    State.ALONE: gettext_lazy("It is done, without a second person. Others see your reason."),
}
_STATES: Final[Mapping[str, StrPromise]] = {
    State.WAITING: gettext_lazy("waits for a second person"),
    State.AGREED: gettext_lazy("agreed; run the command again"),
    State.REFUSED: gettext_lazy("refused"),
    State.WITHDRAWN: gettext_lazy("taken back"),
    State.LAPSED: gettext_lazy("over, nothing was done"),
    State.DONE: gettext_lazy("done"),
    State.ALONE: gettext_lazy("done without a second person"),
}
_IS_OVER: Final = gettext_lazy("Nothing was done: it was decided before, or it cannot be done any more.")


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal in words. `about` is the case or conversation; "" where the words say it all.

    `preview` is where this person can read the copy of which it asks, or "".
    """

    id: UUID
    what: str
    about: str
    reason: str
    who: str
    at: datetime
    until: str = ""
    state: StrPromise | str = ""
    decided_by: str = ""
    is_open: bool = False
    may_go_alone: bool = False
    preview: str = ""


def second_person(request: HttpRequest) -> HttpResponse:
    """Show the page; a post agrees, refuses, takes back, or says that something was seen."""
    user = user_of(request)
    if request.method == "POST":
        return _answered(request, user)
    context = {
        "waiting": [replace(_line(each), preview=preview_url(user, each)) for each in waiting_for(user)],
        "alone": [_alone_line(each) for each in gone_alone_for(user)],
        "own": [_line(each) for each in asked_by(user)],
    }
    return render(request, "second_person/second_person.html", context)


def _answered(request: HttpRequest, user: User) -> HttpResponse:
    try:
        pk = UUID(request.POST.get("proposal", ""))
    except ValueError:
        raise Http404 from None
    button = request.POST.get("do", "")
    if button == "seen":
        if agreeing.see_alone(user, pk):
            done(request, _("You have seen this."))
        return redirect("second_person")
    answers: Mapping[str, Callable[[User, UUID], Proposal]] = {
        "agree": agreeing.agree,
        "refuse": proposals.refuse,
        "withdraw": proposals.withdraw,
    }
    if button not in answers:
        raise Http404
    if button == "agree" and not is_confirmed(request):
        return ask(request, _question(user, pk), back=reverse("second_person"))
    try:
        row = answers[button](user, pk)
    except PermissionDenied:
        raise Http404 from None  # nobody learns whether there is such a request
    _say(request, row, expected={"agree": (State.AGREED, State.DONE)}.get(button))
    return redirect("second_person")


def _say(request: HttpRequest, row: Proposal, expected: tuple[str, ...] | None = None) -> None:
    """Say what became of it; of what someone else decided meanwhile, that nothing was done."""
    by_this = row.decided_by_id in (None, user_of(request).pk)
    if row.state in _SAID and by_this and (expected is None or row.state in expected):
        done(request, str(_SAID[row.state]))
    else:
        refused(request, str(_IS_OVER))


def _question(user: User, pk: UUID) -> Question:
    """Return what is asked before someone agrees. Raise Http404 for what does not wait for them."""
    found = next((each for each in waiting_for(user) if each.row.pk == pk), None)
    if found is None:
        raise Http404
    line = _line(found)
    lost = [line.what, *filter(None, [line.about])]
    lost.append(_("Asked by %(who)s.") % {"who": line.who})
    if line.reason:
        lost.append(_("Reason: %(reason)s") % {"reason": line.reason})
    if found.row.kind == Kind.ERASE:
        lost.append(_("Nobody can bring it back after that."))
    if found.row.kind == Kind.EXPORT:
        lost.append(_("A copy that left cannot be called back."))
    lost.append(_("You answer for this together. Ask first if you doubt it."))
    return Question(_("Agree to this?"), lost, _("Yes, agree"))


def going_alone(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Ask for the reason why something cannot wait for a second person, then do it."""
    user = user_of(request)
    found = next((each for each in asked_by(user) if each.row.pk == proposal and each.may_go_alone), None)
    if found is None:
        raise Http404
    form = AloneForm(request.POST or None)
    if "_go" not in request.POST and form.is_valid():
        try:
            row = agreeing.go_on_alone(user, proposal, form.cleaned_data["reason"])
        except PermissionDenied:
            raise Http404 from None
        _say(request, row, expected=(State.ALONE,))
        return redirect("second_person")
    context = {"line": _line(found), "form": form, "pending_post": request.POST.get("_held", "")}
    return render(request, "second_person/going_alone.html", context)


def _line(asked: Asked) -> Line:
    row = asked.row
    return Line(
        row.pk,
        _what(row.kind, row.what, row.subject, row.team),
        _about(row, asked.reference),
        escape_controls(asked.reason),
        str(row.asked_by) if row.asked_by else _("someone on the server"),
        localtime(row.asked_at),
        until=format_date(localtime(row.until).date()),
        state=_STATES[State.LAPSED if row.is_over else State(row.state)],
        decided_by=str(row.decided_by or ""),
        is_open=row.state in Proposal.OPEN_STATES and not row.is_over,
        may_go_alone=asked.may_go_alone,
    )


def _alone_line(each: Alone) -> Line:
    return Line(
        each.pk,
        _what(each.kind, each.role, each.subject, each.team),
        "" if each.kind == Kind.ROLE else _("In the team %(team)s.") % {"team": each.team},
        escape_controls(each.reason) or _("Nobody could agree."),
        str(each.who) if each.who else _("someone on the server"),
        localtime(each.at),
    )


def _what(kind: str, what: str, subject: User | None, team: Team) -> str:
    if kind == Kind.ROLE:
        words = {"name": subject, "role": Membership.Role(what).label, "team": team}
        return _("Give %(name)s the role %(role)s in %(team)s.") % words
    if kind == Kind.SHIELD:
        return _("Lift the shield of a case. The whole team then sees its reference again.")
    if kind == Kind.ERASE:
        return _("Erase a conversation for good, with its incidents and PDFs.")
    copy, *ticked = what.split()
    names = [
        str(ITEMS[name].label) if name in ITEMS else _("the note of the conversation") for name in ticked
    ]
    sentences = [str(_COPIES.get(copy) or _("Make a copy of a case."))]
    if names:
        sentences.append(_("Also in it: %(names)s.") % {"names": ", ".join(names)})
    return " ".join(sentences)


def _about(row: Proposal, reference: str) -> str:
    if row.kind == Kind.ROLE:
        return ""
    if reference:
        return _("Case: %(reference)s") % {"reference": escape_controls(reference)}
    return _("Number of the conversation: %(number)s") % {"number": row.intake}
