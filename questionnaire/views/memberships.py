"""Show administrators who is in their teams in which roles, and change that; nothing of an intake."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import memberships as membership_actions
from questionnaire.actions import undo
from questionnaire.forms.access import JoinForm
from questionnaire.models import Membership, Team, User, members_of, teams_of
from questionnaire.permissions import user_of
from questionnaire.views.feedback import done

Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team. Of `is_self`, the administrator who looks at the page, nothing can be changed."""

    user: User
    roles: tuple[Role, ...]
    other_roles: tuple[Role, ...]
    is_self: bool


def people(request: HttpRequest) -> HttpResponse:
    """Show the accounts of each team; a post changes a role or an account, or adds a member."""
    user = user_of(request)
    teams = list(teams_of(user, Role.ADMINISTRATOR).order_by("name"))
    form, conflict = JoinForm(teams=teams), ""
    if request.method == "POST":
        form = JoinForm(request.POST if "join" in request.POST else None, teams=teams)
        try:
            if _change(request, user, teams, form):
                return redirect("people")
        except membership_actions.RoleConflictError:
            conflict = _("Someone who administers people sees no content. Take the other role away first.")
    context = {
        "teams": [(team, _members(team, user)) for team in teams],
        "form": form,
        "conflict": conflict,
    }
    return render(request, "team/memberships.html", context)


def _change(request: HttpRequest, user: User, teams: list[Team], form: JoinForm) -> bool:
    """Do what was posted. Return False when the form is invalid. Raise Http404 for an unknown button."""
    if "join" in request.POST:
        if form.is_valid() and form.user:
            new_role = Role(form.cleaned_data["role"])
            membership_actions.grant_role(user, form.team, form.user, new_role)
            _tell_role(request, undo.Kind.ROLE_GIVEN, form.team, form.user, new_role)
        return form.is_valid()
    team, member = _posted_member(request, teams)
    button, _space, role = request.POST.get("do", "").partition(" ")
    if button in ("give", "take") and role in Role.values:
        change = membership_actions.grant_role if button == "give" else membership_actions.revoke_role
        change(user, team, member, Role(role))
        given = button == "give"
        _tell_role(request, undo.Kind.ROLE_GIVEN if given else undo.Kind.ROLE_TAKEN, team, member, Role(role))
    elif button in ("close", "open"):
        membership_actions.set_active(user, team, member, is_active=button == "open")
        _tell_account(request, team, member, is_open=button == "open")
    else:
        raise Http404
    return True


def _tell_role(request: HttpRequest, kind: undo.Kind, team: Team, member: User, role: Role) -> None:
    now, no_more = _("%(who)s is %(role)s in %(team)s."), _("%(who)s is no %(role)s in %(team)s any more.")
    text = now if kind is undo.Kind.ROLE_GIVEN else no_more
    said = text % {"who": member, "role": role.label, "team": team}
    done(request, said, kind, team=team.pk, person=member.pk, role=role.value)


def _tell_account(request: HttpRequest, team: Team, member: User, *, is_open: bool) -> None:
    opened, closed = _("The account of %(who)s is open again."), _("The account of %(who)s is closed.")
    kind = undo.Kind.ACCOUNT_OPENED if is_open else undo.Kind.ACCOUNT_CLOSED
    done(request, (opened if is_open else closed) % {"who": member}, kind, team=team.pk, person=member.pk)


def _posted_member(request: HttpRequest, teams: list[Team]) -> tuple[Team, User]:
    """Return the team and the member that were posted. Raise Http404."""
    team = next((team for team in teams if str(team.pk) == request.POST.get("team")), None)
    key = request.POST.get("person", "")
    # A longer number does not fit in the column, which is an error in the database.
    is_key = key.isdecimal() and len(key) < 19
    member = members_of([team]).filter(pk=key).first() if team and is_key else None
    if team is None or member is None:
        raise Http404
    return team, member


def _members(team: Team, user: User) -> list[Member]:
    roles_of: dict[User, set[str]] = {}
    rows = team.memberships.select_related("user").order_by("user__name", "user__username")
    for row in rows.in_force():
        roles_of.setdefault(row.user, set()).add(row.role)
    return [
        Member(
            member,
            tuple(role for role in Role if role in roles),
            tuple(role for role in Role if role not in roles),
            is_self=member == user,
        )
        for member, roles in roles_of.items()
    ]
