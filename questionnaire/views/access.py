"""Who may see a case: the page that tells it, what changes it, and opening one with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.access import LastManagerError, colleagues, sees
from questionnaire.audit.log import Code
from questionnaire.forms.access import HandOverForm, ReasonForm
from questionnaire.models import Access, AccessScope, Event, Intake, Membership, User
from questionnaire.permissions import intake_of, user_of

Kind = Access.Kind
#: What can be given and taken back on the page, in its order: the kind, and the words of both buttons.
_GIVEN: Final = (
    (Kind.ASSIGNED, gettext_lazy("Assign"), gettext_lazy("End the assignment")),
    (Kind.NAMED, gettext_lazy("Name"), gettext_lazy("No longer name")),
    (Kind.LOCKED_OUT, gettext_lazy("Lock out"), gettext_lazy("Let in again")),
)
_WORDS: Final = {
    Kind.ASSIGNED: gettext_lazy("assigned"),
    Kind.NAMED: gettext_lazy("named"),
    Kind.OPENED: gettext_lazy("opened it with a reason"),
    Kind.LOCKED_OUT: gettext_lazy("locked out"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be given or taken: `name` is "give" or "take"."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague, whether they see the case, and as what."""

    user: User
    sees: bool
    what: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """That someone opened the case with a reason."""

    who: str
    when: str
    why: str


def access(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page; posted to, one thing is given to a colleague or taken back."""
    intake = intake_of(request)
    if request.method != "POST":
        return _page(request, intake)
    to = _colleague(intake, request.POST.get("person", ""))
    act, kind = (
        (access_actions.give, request.POST["give"])
        if "give" in request.POST
        else (access_actions.take, request.POST.get("take", ""))
    )
    if kind not in {kind for kind, _give, _take in _GIVEN}:
        raise Http404
    return _done(request, intake, lambda: act(user_of(request), intake, to, Kind(kind)))


def shield(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shield the case, or lift it."""
    is_shielded = request.POST.get("shield") == "on"
    intake = intake_of(request)
    return _done(
        request,
        intake,
        lambda: access_actions.shield(user_of(request), intake, is_shielded=is_shielded),
    )


def hand_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a colleague the author. What was kept while nothing could be done is filled in again first."""
    intake = intake_of(request)
    form = _hand_over_form(intake, request)
    if "_go" in request.POST or not form.is_valid():
        return _page(request, intake, form=form)
    note = form.cleaned_data["note"]
    return _done(
        request, intake, lambda: access_actions.hand_over(user_of(request), intake, form.colleague, note)
    )


def open_with_reason(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask a colleague why they open a case that is not theirs; whoever sees it already goes on to it."""
    user, intake = user_of(request), intake_of(request)
    if sees(user, intake):
        return redirect("summary", uuid=uuid)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        access_actions.open_with_reason(user, intake, form.cleaned_data["reason"])
        return redirect("summary", uuid=uuid)
    hours = int(access_actions.OPENED_FOR.total_seconds() // 3600)
    return render(request, "intakes/break_glass.html", {"intake": intake, "form": form, "hours": hours})


def _done(request: HttpRequest, intake: Intake, act: Callable[[], None]) -> HttpResponse:
    """Do it and show the page again: or the list, for someone who no longer sees the case."""
    try:
        act()
    except LastManagerError:
        return _page(request, intake, nobody_left=True)
    is_seen = sees(user_of(request), intake)
    return redirect("access", uuid=intake.uuid) if is_seen else redirect("intakes")


def _page(
    request: HttpRequest, intake: Intake, form: HandOverForm | None = None, nobody_left: bool = False
) -> HttpResponse:
    user = user_of(request)
    intake_actions.record_read(user, intake, Code.RIGHTS_READ)
    holds = AccessScope.of(user).holds(intake)
    context = {
        "intake": intake,
        "people": _people(intake, holds=holds),
        "holds": holds,
        "opened": _opened(intake),
        "handovers": intake.handovers.select_related("by", "to"),
        "form": form or _hand_over_form(intake),
        "held": request.POST.get("_held", ""),
        "nobody_left": nobody_left,
    }
    return render(request, "intakes/access.html", context, status=409 if nobody_left else 200)


def _hand_over_form(intake: Intake, request: HttpRequest | None = None) -> HandOverForm:
    professionals = colleagues(intake).filter(
        memberships__team=intake.team_id, memberships__role=Membership.Role.PROFESSIONAL
    )
    others = professionals.exclude(pk=intake.author_id)
    return HandOverForm(request.POST if request else None, colleagues=list(others))


def _people(intake: Intake, *, holds: bool) -> list[Person]:
    given = _given(intake)
    return [_person(intake, user, given.get(user.pk, ()), holds) for user in colleagues(intake)]


def _given(intake: Intake) -> dict[int, tuple[Access.Kind, ...]]:
    """What each person was given in the case and still has."""
    given: dict[int, tuple[Access.Kind, ...]] = {}
    for user_id, kind, until in Access.objects.filter(case=intake.case).values_list("user", "kind", "until"):
        if until is None or until > localtime():
            given[user_id] = (*given.get(user_id, ()), Kind(kind))
    return given


def _person(intake: Intake, user: User, given: Sequence[Access.Kind], holds: bool) -> Person:
    sight = AccessScope.of(user)
    what = [str(_WORDS[kind]) for kind in Kind if kind in given]
    if intake.team_id in sight.reviewer:
        what.insert(0, _("reviewer"))
    if intake.author_id == user.pk:
        what.insert(0, _("author"))
    buttons = tuple(
        Button("take", kind, str(take)) if kind in given else Button("give", kind, str(give))
        for kind, give, take in _GIVEN
        if kind in given or kind is not Kind.ASSIGNED or _can_be_assigned(intake, sight)
    )
    return Person(user, sees(user, intake), ", ".join(what), buttons if holds else ())


def _can_be_assigned(intake: Intake, sight: AccessScope) -> bool:
    return intake.team_id in sight.professional and intake.author_id != sight.user_id


def _opened(intake: Intake) -> list[Opened]:
    """Who opened the case with a reason, the latest first."""
    of_case = Intake.objects.filter(case=intake.case).values("pk")
    rows = Event.objects.filter(code=Code.CASE_OPENED, intake__in=of_case).select_related("actor")
    return [
        Opened(str(row.actor), date_format(localtime(row.at), "j F Y, H:i"), row.reason)
        for row in rows.order_by("-seq")
    ]


def _colleague(intake: Intake, key: str) -> User:
    user = colleagues(intake).filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if user is None:
        raise Http404
    return user
