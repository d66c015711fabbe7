"""Show administrators their teams with the numbers of members; make a team, and rename one."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import teams as team_actions
from questionnaire.actions.memberships import ProvidedRolesError
from questionnaire.actions.teams import TeamInSettingsError, UnusableTeamNameError
from questionnaire.actions.undo import Kind
from questionnaire.forms.administration import TeamForm
from questionnaire.models import Membership
from questionnaire.permissions import user_of
from questionnaire.queries.people import administered_teams
from questionnaire.queries.teams import Lack, team_rows
from questionnaire.views.feedback import done

_LACKS: Final = {
    Lack.NO_REVIEWER: gettext_lazy("Nobody reviews here."),
    Lack.REVIEWER_WRITES: gettext_lazy(
        "The only reviewer also writes. Nobody else can review those conversations."
    ),
    Lack.NO_MANAGER: gettext_lazy("There is no manager, so nobody can hand over the cases of who leaves."),
}


def teams(request: HttpRequest) -> HttpResponse:
    """Show the teams that this person administers."""
    rows = team_rows(administered_teams(user_of(request)))
    context = {
        "rows": [(row, [_LACKS[lack] for lack in row.lacks]) for row in rows],
        "roles": list(Membership.Role),
    }
    return render(request, "administration/teams.html", context)


def team_new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    form = TeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = team_actions.make_team(user_of(request), form.cleaned_data["name"])
        except UnusableTeamNameError:
            form.add_error("name", _name_unusable())
        except ProvidedRolesError:
            words = _(
                "Your organisation decides about your roles. The settings of signing in must name this team, "
                "and its administrator, first."
            )
            form.add_error("name", words)
        else:
            done(request, _("The team %(team)s is made. You administer its people.") % {"team": team})
            return redirect("teams")
    return render(request, "administration/team_new.html", {"form": form})


def team(request: HttpRequest, team: int) -> HttpResponse:
    """Rename a team."""
    user = user_of(request)
    found = next((each for each in administered_teams(user) if each.pk == team), None)
    if found is None:
        raise Http404
    form = TeamForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        try:
            before = team_actions.rename_team(user, found, form.cleaned_data["name"])
        except UnusableTeamNameError:
            form.add_error("name", _name_unusable())
        except TeamInSettingsError:
            words = _("The settings of signing in name this team. Who keeps the server changes those first.")
            form.add_error("name", words)
        else:
            name = form.cleaned_data["name"]
            said = _("The team %(old)s is now called %(new)s.") % {"old": before, "new": name}
            done(request, said, Kind.TEAM_RENAMED, team=team, before=before, now=name)
            return redirect("teams")
    return render(request, "administration/team.html", {"team": found, "form": form})


def _name_unusable() -> str:
    return _("This name cannot be used. Choose another.")
