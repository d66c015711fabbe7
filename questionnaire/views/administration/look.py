"""Keep the name and the colours of the organisation. A resubmitted post only fills a form in again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import organisation as actions
from questionnaire.actions.undo import Kind
from questionnaire.domain.organisation_look import (
    COLOURS,
    DARK,
    LIGHT,
    LOOK_KINDS,
    NAME,
    SCHEMES,
    Colours,
    colours_of,
)
from questionnaire.forms.organisation import ALL_TEAMS
from questionnaire.forms.organisation_look import LookForm
from questionnaire.models import OrganisationEntry, Team
from questionnaire.permissions import user_of
from questionnaire.queries.organisation import entries_of, kept_teams, unusable_of
from questionnaire.queries.set_by import SetBy, set_by
from questionnaire.views.administration.organisation import tell_saved

_BUTTON: Final = "for"
_PROGRAM: Final = Colours(SCHEMES[LIGHT].own, SCHEMES[DARK].own)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one team has of its own, or what all teams have without a `team`."""

    key: str
    team: Team | None
    form: LookForm
    set_by: Mapping[str, SetBy]
    colours: Colours
    is_unusable: bool

    @property
    def fields(self) -> list[tuple[BoundField, SetBy | None]]:
        """Return the fields; that of the name, and the last of the colours, with who set what is stored."""
        by = {"name": self.set_by.get(NAME), DARK: self.set_by.get(COLOURS)}
        return [(field, by.get(field.name)) for field in self.form]


def own_look(request: HttpRequest) -> HttpResponse:
    """Show the name and the colours of each team that this person keeps; a post stores those of one."""
    teams = {str(team.pk) if team else ALL_TEAMS: team for team in kept_teams(user_of(request))}
    entries = entries_of([team for team in teams.values() if team])
    posted = request.POST.get(_BUTTON) if request.method == "POST" else None
    if posted is not None and posted not in teams:
        raise Http404
    unusable = {entry.team for entry in unusable_of(teams.values(), LOOK_KINDS)}
    by = set_by(entries)
    of_all = _colours(entries, None) or _PROGRAM
    parts = []
    for key, team in teams.items():
        stored = {entry.kind: entry.content for entry in entries if entry.team == team}
        form = LookForm(request.POST if key == posted else None, prefix=key, stored=stored)
        colours = _colours(entries, team) or of_all
        set_by_kind = {entry.kind: by[entry.pk] for entry in entries if entry.team == team}
        parts.append(_Part(key, team, form, set_by_kind, colours, team in unusable))
        if key == posted and "_go" not in request.POST and form.is_valid():
            change = actions.set_singles(user_of(request), team, form.entries)
            said = _("The name and colours of %(team)s are saved.")
            tell_saved(request, team, change, Kind.LOOK_CHANGED, said)
            return redirect("own_look")
    context = {
        "parts": parts,
        "schemes": SCHEMES,
        "pending": (posted, request.POST.get("_held", "")),
        "wrong": next((part.form for part in parts if part.form.errors), None),
    }
    return render(request, "administration/own_look.html", context)


def _colours(entries: Iterable[OrganisationEntry], team: Team | None) -> Colours | None:
    """Return what this team has of its own, or what all have."""
    found = (colours_of(each.content) for each in entries if each.team == team and each.kind == COLOURS)
    return next(found, None)
