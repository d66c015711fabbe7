"""Keep the terms of the organisation: after how many days the program asks to look again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import terms as actions
from questionnaire.actions.undo import Kind
from questionnaire.domain.organisation import TERMS
from questionnaire.domain.terms import Terms
from questionnaire.forms.organisation import ALL_TEAMS, TermsForm
from questionnaire.models import Team
from questionnaire.permissions import user_of
from questionnaire.queries.organisation import (
    entries_of,
    kept_teams,
    terms_among,
    unusable_of,
    without_their_day,
)
from questionnaire.queries.set_by import SetBy, set_by
from questionnaire.views.administration.organisation import tell_saved

_BUTTON: Final = "for"


@dataclass(frozen=True, slots=True)
class ScopeTerms:
    """The terms of one team, or of all: what holds now, and the form to set them."""

    key: str
    team: Team | None
    now: Terms
    form: TermsForm
    set_by: SetBy | None
    is_unusable: bool


def own_terms(request: HttpRequest) -> HttpResponse:
    """Show the terms of each team that this person keeps; a post stores those of one."""
    teams = {str(team.pk) if team else ALL_TEAMS: team for team in kept_teams(user_of(request))}
    posted = request.POST.get(_BUTTON) if request.method == "POST" else None
    if posted is not None and posted not in teams:
        raise Http404
    scopes = list(_scopes(teams, posted, request.POST))
    sent = next((scope for scope in scopes if scope.key == posted), None)
    if sent and sent.form.is_valid():
        change = actions.set_terms(user_of(request), sent.team, sent.form.terms)
        said = _("The terms of %(team)s are saved. They are for what is not signed off.")
        tell_saved(request, sent.team, change, Kind.TERMS_CHANGED, said)
        return redirect("own_terms")
    context = {
        "scopes": scopes,
        "wrong": next((each.form for each in scopes if each.form.errors), None),
        "without_their_day": without_their_day(teams.values()),
    }
    return render(request, "administration/own_terms.html", context)


def _scopes(teams: Mapping[str, Team | None], posted: str | None, data: QueryDict) -> Iterator[ScopeTerms]:
    """Yield what each of these teams has, with its form: the posted one as it was posted."""
    entries = entries_of([team for team in teams.values() if team])
    by = set_by(entries)
    unusable = {entry.team for entry in unusable_of(teams.values(), [TERMS])}
    for key, team in teams.items():
        own = [entry for entry in entries if entry.team == team and entry.kind == TERMS]
        holding = [entry for entry in entries if entry.team in (team, None)]
        stored = Terms(**own[0].content) if own else None
        form = TermsForm(data if key == posted else None, prefix=key, stored=stored)
        yield ScopeTerms(
            key, team, terms_among(holding), form, by[own[0].pk] if own else None, team in unusable
        )
