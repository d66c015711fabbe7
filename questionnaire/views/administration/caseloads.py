"""Let a manager hand over all cases of someone, and say who replaces whom; they see numbers, and no case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from questionnaire.actions import caseloads as actions
from questionnaire.actions.access_periods import lies_ahead
from questionnaire.actions.undo import Kind
from questionnaire.domain import dates
from questionnaire.domain.parsing import is_row_id
from questionnaire.forms.administration import HandOverAllForm, ReplacementForm
from questionnaire.models import Membership, Team, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.caseloads import (
    Division,
    Obstacle,
    countable_cases,
    divide,
    held_cases,
    people_with_cases,
    receivers_for,
    replacements_of,
)
from questionnaire.views.feedback import done, refused

#: The session key of what was chosen, until it is confirmed. Sessions are stored encrypted.
_CHOSEN_KEY: Final = "hand_over_all"
#: Why a case stays. Of what is shielded nobody who plans learns how much there is.
_OBSTACLES: Final = {
    Obstacle.TAMPERED: gettext_lazy(
        "Its rights were changed outside the program: who keeps the server looks at it."
    ),
    Obstacle.DENIED: gettext_lazy("Access was denied to everyone who was chosen."),
    Obstacle.REFUSED: gettext_lazy("Something changed meanwhile. Try again."),
}


def hand_overs(request: HttpRequest) -> HttpResponse:
    """Show who has how many cases in the teams that this person manages."""
    teams = teams_of(user_of(request), Membership.Role.MANAGER).order_by("name")
    context = {"teams": [(team, people_with_cases(team, user_of(request))) for team in teams]}
    return render(request, "administration/hand_overs.html", context)


def hand_over_all(request: HttpRequest, team: int, person: int) -> HttpResponse:
    """Ask who takes over; a post leads to what that comes to. A resubmitted one only fills it in again."""
    user, (found, of) = user_of(request), _found(request, team, person)
    if not actions.may_plan(user, found):
        raise Http404
    chosen = _chosen(request, found, of)
    form = HandOverAllForm(
        request.POST or None, receivers=receivers_for(found, of, user), initial=chosen or None
    )
    if "_go" not in request.POST and form.is_valid():
        receivers = [user.pk for user in form.chosen]
        request.session[_CHOSEN_KEY] = {
            "team": found.pk,
            "person": of.pk,
            "receivers": receivers,
            "note": form.cleaned_data["note"],
        }
        return redirect("hand_over_check", team=team, person=person)
    held = countable_cases(found, of, user)
    context = {
        "team": found,
        "of": of,
        "form": form,
        "count": len(held),
        "unsigned": sum(each.is_unsigned for each in held),
        "pending_post": request.POST.get("_held", ""),
    }
    return render(request, "administration/hand_over_all.html", context)


def hand_over_check(request: HttpRequest, team: int, person: int) -> HttpResponse:
    """Show how many cases go to whom, and which stay and why; by POST, do it."""
    user, (found, of) = user_of(request), _found(request, team, person)
    if not actions.may_plan(user, found):
        raise Http404
    chosen = _chosen(request, found, of)
    receivers = [each for each in receivers_for(found, of, user) if each.pk in chosen.get("receivers", ())]
    if not receivers:
        return redirect("hand_over_all", team=team, person=person)
    if request.method == "POST":
        division = actions.hand_over_all(user, found, of, receivers, chosen["note"])
        del request.session[_CHOSEN_KEY]
        _tell(request, division, receivers)
        return redirect("hand_over_all", team=team, person=person)
    division = divide(held_cases(found, of), receivers, user)
    context = {
        "team": found,
        "of": of,
        "note": chosen["note"],
        "division": division,
        "shares": [(each, len(division.shares[each.pk])) for each in receivers],
        "stay": _reasons(division),
    }
    return render(request, "administration/hand_over_check.html", context)


def replacement(request: HttpRequest, team: int, person: int) -> HttpResponse:
    """Show who replaces someone; a post adds a colleague for some days."""
    user, (found, of) = user_of(request), _found(request, team, person)
    if not actions.may_replace(user, found, of):
        raise Http404
    form = ReplacementForm(
        request.POST or None,
        colleagues=receivers_for(found, of, user),
        most_days=actions.MOST_DAYS_REPLACED,
    )
    if form.is_valid() and (agreed := _agree(user, found, of, form)):
        division, before = agreed
        said = _agreed(form, len(division.shares[form.colleague.pk]))
        _tell_replacement(request, said, team, person, form.colleague, before)
        _tell_what_stays(request, division)
        return redirect("replacement", team=team, person=person)
    held = countable_cases(found, of, user)
    replacements = [
        (each, dates.format_date(each.start), dates.format_date(each.until)) for each in replacements_of(held)
    ]
    context = {
        "team": found,
        "of": of,
        "form": form,
        "count": len(held),
        "replacements": replacements,
        "is_self": of == user,
    }
    return render(request, "administration/replacement.html", context)


def _agree(user: User, team: Team, of: User, form: ReplacementForm) -> tuple[Division, actions.Before] | None:
    """Agree on what the form says; return None when it has an error after that."""
    days = form.cleaned_data["start"], form.cleaned_data["until"]
    try:
        return actions.set_replacement(user, team, of, form.colleague, *days)
    except actions.SeparatePeriodError as error:
        known = {"start": dates.format_date(error.start), "until": dates.format_date(error.until)}
        text = _(
            "This colleague replaces already from %(start)s up to and including %(until)s. "
            "Choose days that follow on these, or end that first."
        )
        form.add_error("start", text % known)
        return None


def _agreed(form: ReplacementForm, count: int) -> str:
    """Say who replaces, or will, from when until when, and in how many cases."""
    start, until = form.cleaned_data["start"], form.cleaned_data["until"]
    if start > dates.today():
        text = ngettext(
            "%(name)s will replace in %(count)s case, from %(start)s up to and including %(until)s.",
            "%(name)s will replace in %(count)s cases, from %(start)s up to and including %(until)s.",
            count,
        )
    else:
        text = ngettext(
            "%(name)s replaces in %(count)s case, from %(start)s up to and including %(until)s.",
            "%(name)s replaces in %(count)s cases, from %(start)s up to and including %(until)s.",
            count,
        )
    days = {"start": dates.format_date(start), "until": dates.format_date(until)}
    return text % {"name": form.colleague, "count": count, **days}


def replacement_end(request: HttpRequest, team: int, person: int) -> HttpResponse:
    """End a replacement now."""
    user, (found, of) = user_of(request), _found(request, team, person)
    key = request.POST.get("who", "")
    to = User.objects.filter(pk=key).first() if is_row_id(key) else None
    if to is None or not actions.may_replace(user, found, of):
        raise Http404
    before = actions.end_replacement(user, found, of, to)
    count = len(before.keys() & {str(each.case.pk) for each in countable_cases(found, of, user)})
    if before and all(lies_ahead((begin, end)) for _event, begin, end in before.values()):
        text = ngettext(
            "The replacement in %(count)s case does not begin.",
            "The replacement in %(count)s cases does not begin.",
            count,
        )
    else:
        text = ngettext(
            "The replacement ended in %(count)s case.", "The replacement ended in %(count)s cases.", count
        )
    _tell_replacement(request, text % {"count": count}, team, person, to, before)
    return redirect("replacement", team=team, person=person)


def _found(request: HttpRequest, team: int, person: int) -> tuple[Team, User]:
    """Return the team and the person in the URL. Raise Http404 for a person who was never in the team.

    The caller asks what the user may do with these: the answer is the same for what is not there.
    """
    if max(team, person) >= 2**63:
        raise Http404
    found = Team.objects.filter(pk=team).first()
    of = User.objects.filter(pk=person).first()
    if found is None or of is None:
        raise Http404
    is_known = of.memberships.filter(team=found).exists() or of.intakes.filter(team=found).exists()
    if not is_known:
        raise Http404
    return found, of


def _chosen(request: HttpRequest, team: Team, of: User) -> Mapping[str, Any]:
    """Return what was chosen for these cases and not confirmed yet; empty when nothing was."""
    chosen = request.session.get(_CHOSEN_KEY) or {}
    is_same = (chosen.get("team"), chosen.get("person")) == (team.pk, of.pk)
    return chosen if is_same else {}


def _tell(request: HttpRequest, division: Division, receivers: list[User]) -> None:
    """Say how many cases went to whom, and which did not and why."""
    for user in receivers:
        count = len(division.shares[user.pk])
        text = ngettext("%(name)s got %(count)s case.", "%(name)s got %(count)s cases.", count)
        done(request, text % {"name": user, "count": count})
    _tell_what_stays(request, division)


def _tell_replacement(
    request: HttpRequest, said: str, team: int, person: int, to: User, before: actions.Before
) -> None:
    done(request, said, Kind.REPLACEMENT_CHANGED, team=team, person=person, to=to.pk, before=before)


def _tell_what_stays(request: HttpRequest, division: Division) -> None:
    for count, why in _reasons(division):
        text = ngettext("%(count)s case stays. %(why)s", "%(count)s cases stay. %(why)s", count)
        refused(request, text % {"count": count, "why": why})


def _reasons(division: Division) -> list[tuple[int, str]]:
    return [(division.stay[each], str(text)) for each, text in _OBSTACLES.items() if division.stay.get(each)]
