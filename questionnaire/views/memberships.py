"""The page of the administrator: who is in their teams, and as what. Nothing of any intake is on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import memberships as membership_actions
from questionnaire.forms.access import JoinForm
from questionnaire.models import Membership, Team, User, teams_of
from questionnaire.permissions import user_of

Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in a team, with their roles and those they do not have. `is_self`: nothing can be changed."""

    user: User
    has: tuple[Role, ...]
    lacks: tuple[Role, ...]
    is_self: bool


def people(request: HttpRequest) -> HttpResponse:
    """The accounts of each team; posted to, one role or account changes, or someone joins."""
    user = user_of(request)
    teams = list(teams_of(user, Role.ADMINISTRATOR).order_by("name"))
    form, trouble = JoinForm(teams=teams), ""
    if request.method == "POST":
        form = JoinForm(request.POST if "join" in request.POST else None, teams=teams)
        try:
            if _change(request, user, teams, form):
                return redirect("people")
        except membership_actions.Excluded:
            trouble = _("Someone who administers people sees no content. Take the other role away first.")
    context = {
        "teams": [(team, _members(team, user)) for team in teams],
        "form": form,
        "trouble": trouble,
    }
    return render(request, "team/memberships.html", context)


def _change(request: HttpRequest, user: User, teams: list[Team], form: JoinForm) -> bool:
    """Do what was posted; False when it was not filled in well."""
    if "join" in request.POST:
        if form.is_valid() and form.user:
            membership_actions.give_role(user, form.team, form.user, Role(form.cleaned_data["role"]))
        return form.is_valid()
    team, person = _named(request, teams)
    button, _comma, what = request.POST.get("do", "").partition(" ")
    if button in ("give", "take") and what in Role.values:
        act = membership_actions.give_role if button == "give" else membership_actions.take_role
        act(user, team, person, Role(what))
    elif button in ("close", "open"):
        membership_actions.set_active(user, team, person, is_active=button == "open")
    else:
        raise Http404
    return True


def _named(request: HttpRequest, teams: list[Team]) -> tuple[Team, User]:
    """The team and the member that were posted."""
    team = next((team for team in teams if str(team.pk) == request.POST.get("team")), None)
    key = request.POST.get("person", "")
    is_key = key.isdecimal() and len(key) < 19
    person = User.objects.filter(memberships__team=team, pk=key).first() if team and is_key else None
    if team is None or person is None:
        raise Http404
    return team, person


def _members(team: Team, user: User) -> list[Member]:
    roles: dict[User, set[str]] = {}
    rows = team.memberships.select_related("user").order_by("user__name", "user__username")
    for row in rows:
        roles.setdefault(row.user, set()).add(row.role)
    return [
        Member(
            person,
            tuple(role for role in Role if role in has),
            tuple(role for role in Role if role not in has),
            is_self=person == user,
        )
        for person, has in roles.items()
    ]
